package io.tenantdatasource.spring.messaging;

import io.tenantdatasource.Tenant;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Optional;
import org.springframework.jms.support.JmsUtils;

/**
 * What messages of JMS say of their tenant: a bean, made from {@code tenant-datasource.jms}, for {@link TenantJmsTemplate}. Safe for
 * concurrent use.
 */
public final class JmsTenants {

    private final MessageTenants tenants;

    JmsTenants(MessageTenants tenants) {
        this.tenants = tenants;
    }

    void tell(Message message) {
        tenants.tell(new OfMessage(message));
    }

    Optional<Tenant> of(Message message) {
        return tenants.read(new OfMessage(message));
    }

    MessageTenants tenants() {
        return tenants;
    }

    private record OfMessage(Message message) implements MessageTenants.Headers {

        @Override
        public String get(String name) {
            Object value = property(name);
            if (value != null && !(value instanceof String)) {
                throw new TenantHeaderException("The property " + name + " of a message is no text");
            }
            return (String) value;
        }

        private Object property(String name) {
            try {
                return message.getObjectProperty(name);
            } catch (JMSException e) {
                throw JmsUtils.convertJmsAccessException(e);
            }
        }

        @Override
        public void add(String name, String value) {
            try {
                message.setStringProperty(name, value);
            } catch (JMSException e) {
                throw JmsUtils.convertJmsAccessException(e);
            }
        }
    }
}
