package io.tenantdatasource.spring.task;

import io.tenantdatasource.TenantSource;
import io.tenantdatasource.spring.CurrentTenant;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.type.AnnotationMetadata;

/** Makes {@link ForTenant} and {@link ForEachTenant} work. Needs no AspectJ: proxies are made as for {@code @Transactional}. */
@AutoConfiguration
@ConditionalOnProperty(name = "tenant-datasource.enabled", matchIfMissing = true)
@Import(ForTenantAutoConfiguration.ProxyCreator.class)
public final class ForTenantAutoConfiguration {

    /** Outside of everything that may check out a connection, and inside of what Spring itself puts first. */
    private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

    ForTenantAutoConfiguration() {}

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static DefaultPointcutAdvisor forTenantAdvisor() {
        DefaultPointcutAdvisor advisor =
                new DefaultPointcutAdvisor(new ForTenantPointcut(), new ForTenantInterceptor());
        advisor.setOrder(ORDER);
        return advisor;
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static ForEachTenantAdvisor forEachTenantAdvisor(
            ObjectProvider<TenantSource> sources, ObjectProvider<CurrentTenant> current) {
        return new ForEachTenantAdvisor(sources, current);
    }

    /** Spring Boot has one, unless {@code spring.aop.auto=false} and there is no transaction manager. */
    static final class ProxyCreator implements ImportBeanDefinitionRegistrar {

        @Override
        public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
            AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
        }
    }
}
