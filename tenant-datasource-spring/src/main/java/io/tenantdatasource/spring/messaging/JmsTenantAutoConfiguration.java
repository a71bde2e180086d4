package io.tenantdatasource.spring.messaging;

import io.tenantdatasource.spring.CurrentTenant;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import jakarta.jms.Message;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jms.core.JmsTemplate;

/**
 * With {@code tenant-datasource.jms.enabled=true}, listeners work for the tenant that their message names in its properties, and a {@link
 * TenantJmsTemplate} sends messages that do.
 *
 * <p><b>Whoever may write to a destination that is listened to names any tenant</b>, so the broker has to say who may.
 *
 * <p>A message without the property is listened to for no tenant, whatever that means to the data source. One whose property is not
 * to be understood is refused with a {@link TenantHeaderException}, as if the listener had thrown it.
 *
 * <p>Each {@code JmsListenerContainerFactory} bean is wrapped. What asks for one by its own class does not find it: inject the interface.
 */
@AutoConfiguration(after = TenantDataSourceAutoConfiguration.class)
@ConditionalOnClass({JmsTemplate.class, Message.class})
@ConditionalOnBean(CurrentTenant.class)
@ConditionalOnProperty(JmsTenantProperties.PREFIX + ".enabled")
@EnableConfigurationProperties(JmsTenantProperties.class)
public final class JmsTenantAutoConfiguration {

    JmsTenantAutoConfiguration() {}

    /** Static, and given providers only: so nothing is created before the other post-processors are there. */
    @Bean
    static JmsTenantBeanPostProcessor jmsTenantBeanPostProcessor(ObjectProvider<JmsTenants> tenants) {
        return new JmsTenantBeanPostProcessor(tenants::getObject);
    }

    @Bean
    static JmsTenants jmsTenants(JmsTenantProperties names, CurrentTenant current) {
        return new JmsTenants(new MessageTenants(names.organizationProperty(), names.userProperty(), current::get));
    }
}
