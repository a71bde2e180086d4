package io.tenantdatasource.spring.messaging;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import java.util.Objects;
import org.springframework.jms.core.JmsTemplate;

/**
 * A {@code JmsTemplate} whose messages say for whom they are: each is sent with the tenant of the running code in its properties. Without
 * one it is sent as it is. A message that names another tenant is not sent, and {@link IllegalStateException} thrown.
 */
public class TenantJmsTemplate extends JmsTemplate {

    private final JmsTenants tenants;

    /**
     * Creates a template.
     *
     * @param connections where to send
     * @param tenants the bean that is there with {@code tenant-datasource.jms.enabled=true}
     */
    public TenantJmsTemplate(ConnectionFactory connections, JmsTenants tenants) {
        super(connections);
        this.tenants = Objects.requireNonNull(tenants, "tenants is null");
    }

    @Override
    protected void doSend(MessageProducer producer, Message message) throws JMSException {
        tenants.tell(message);
        super.doSend(producer, message);
    }
}
