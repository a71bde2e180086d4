package io.tenantdatasource.spring.messaging;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import java.util.function.Supplier;
import org.springframework.jms.config.JmsListenerContainerFactory;
import org.springframework.jms.config.JmsListenerEndpoint;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.listener.MessageListenerContainer;
import org.springframework.jms.listener.SessionAwareMessageListener;

/** Makes containers whose listeners work for the tenant of their message, whoever makes the containers. */
record TenantListenerContainerFactory<C extends MessageListenerContainer>(
        JmsListenerContainerFactory<C> factory, Supplier<JmsTenants> tenants)
        implements JmsListenerContainerFactory<C> {

    @Override
    public C createListenerContainer(JmsListenerEndpoint endpoint) {
        return factory.createListenerContainer(new Endpoint(endpoint, tenants.get()));
    }

    /** Sets a container up as before, and then stands around its listener. */
    private record Endpoint(JmsListenerEndpoint endpoint, JmsTenants tenants) implements JmsListenerEndpoint {

        @Override
        public String getId() {
            return endpoint.getId();
        }

        @Override
        public void setupListenerContainer(MessageListenerContainer container) {
            endpoint.setupListenerContainer(container);
            if (!(container instanceof AbstractMessageListenerContainer listening)) {
                throw new IllegalStateException(
                        "A listener of a " + container.getClass().getName()
                                + " cannot be run for the tenant of its messages; take a DefaultJmsListenerContainerFactory, or set "
                                + JmsTenantProperties.PREFIX + ".enabled to false");
            }
            standAround(listening, tenants);
        }
    }

    static void standAround(AbstractMessageListenerContainer container, JmsTenants tenants) {
        Object listener = container.getMessageListener();
        if (listener != null && !(listener instanceof Listener)) {
            container.setMessageListener(new Listener(listener, tenants));
        }
    }

    /** Around each call of a listener. Each attempt reads the message anew. */
    private record Listener(Object listener, JmsTenants tenants) implements SessionAwareMessageListener<Message> {

        @Override
        public void onMessage(Message message, Session session) throws JMSException {
            try (var scope = tenants.tenants().open(tenants.of(message))) {
                listen(message, session);
            }
        }

        @SuppressWarnings("unchecked")
        private void listen(Message message, Session session) throws JMSException {
            if (listener instanceof SessionAwareMessageListener<?> aware) {
                ((SessionAwareMessageListener<Message>) aware).onMessage(message, session);
            } else {
                ((MessageListener) listener).onMessage(message);
            }
        }
    }
}
