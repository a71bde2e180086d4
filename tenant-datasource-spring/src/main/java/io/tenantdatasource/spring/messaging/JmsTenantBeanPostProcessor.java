package io.tenantdatasource.spring.messaging;

import java.util.function.Supplier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jms.config.JmsListenerContainerFactory;
import org.springframework.jms.listener.AbstractMessageListenerContainer;

/** Stands around what listens, as soon as it is set up. */
final class JmsTenantBeanPostProcessor implements BeanPostProcessor {

    private final Supplier<JmsTenants> tenants;

    JmsTenantBeanPostProcessor(Supplier<JmsTenants> tenants) {
        this.tenants = tenants;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof JmsListenerContainerFactory<?> factory) {
            return new TenantListenerContainerFactory<>(factory, tenants);
        }
        if (bean instanceof AbstractMessageListenerContainer container) {
            TenantListenerContainerFactory.standAround(container, tenants.get());
        }
        return bean;
    }
}
