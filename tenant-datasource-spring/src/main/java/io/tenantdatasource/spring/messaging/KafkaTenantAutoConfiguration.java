package io.tenantdatasource.spring.messaging;

import io.tenantdatasource.spring.CurrentTenant;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.util.function.SingletonSupplier;

/**
 * With {@code tenant-datasource.kafka.enabled=true}, records say for whom they are: what the producers of {@code
 * ProducerFactory} beans send has the tenant of the running code in its headers, and listeners work for the tenant of their
 * record, or of their batch.
 *
 * <p><b>Whoever may write to a topic that is listened to names any tenant</b>, so the broker has to say who may.
 *
 * <p>A record without the header is listened to for no tenant, whatever that means to the data source. One whose header is not to
 * be understood, and a batch of several tenants, go to the error handler with a {@link TenantHeaderException}. Retries and
 * dead letters keep the headers.
 */
@AutoConfiguration(after = TenantDataSourceAutoConfiguration.class)
@ConditionalOnClass(KafkaTemplate.class)
@ConditionalOnBean(CurrentTenant.class)
@ConditionalOnProperty(KafkaTenantProperties.PREFIX + ".enabled")
@EnableConfigurationProperties(KafkaTenantProperties.class)
@ImportRuntimeHints(KafkaTenantAutoConfiguration.Hints.class)
public final class KafkaTenantAutoConfiguration {

    KafkaTenantAutoConfiguration() {}

    /** Static, and given providers only: so nothing is created before the other post-processors are there. */
    @Bean
    static KafkaTenantBeanPostProcessor kafkaTenantBeanPostProcessor(
            ObjectProvider<KafkaTenantProperties> properties, ObjectProvider<CurrentTenant> current) {
        return new KafkaTenantBeanPostProcessor(SingletonSupplier.of(() -> {
            KafkaTenantProperties names = properties.getObject();
            return new RecordTenants(
                    new MessageTenants(names.organizationHeader(), names.userHeader(), current.getObject()::get));
        }));
    }

    static final class Hints implements RuntimeHintsRegistrar {

        Hints() {}

        @Override
        public void registerHints(RuntimeHints hints, ClassLoader classLoader) {
            hints.proxies().registerJdkProxy(Producer.class);
        }
    }
}
