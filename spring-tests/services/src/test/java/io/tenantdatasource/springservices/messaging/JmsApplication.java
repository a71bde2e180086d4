package io.tenantdatasource.springservices.messaging;

import io.tenantdatasource.spring.messaging.JmsTenants;
import io.tenantdatasource.spring.messaging.TenantJmsTemplate;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.MessageListener;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;

/** Listens to messages, by an annotation and with a container of its own. */
@SpringBootConfiguration
@EnableAutoConfiguration
class JmsApplication {

    @Bean
    JmsTemplate jmsTemplate(ConnectionFactory connections, JmsTenants tenants) {
        return new TenantJmsTemplate(connections, tenants);
    }

    @Bean
    Heard heard(JdbcTemplate jdbc) {
        return new Heard(jdbc);
    }

    @Bean
    Listeners listeners(Heard heard) {
        return new Listeners(heard);
    }

    @Bean
    DefaultMessageListenerContainer own(ConnectionFactory connections, Heard heard) {
        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConnectionFactory(connections);
        container.setDestinationName("own");
        container.setMessageListener((MessageListener) message -> heard.add("own"));
        return container;
    }

    static final class Listeners {

        private final Heard heard;
        private final AtomicInteger failures = new AtomicInteger();

        Listeners(Heard heard) {
            this.heard = heard;
        }

        @JmsListener(destination = "orders")
        void listen(String order) {
            heard.add(order);
            if (order.equals("fail once") && failures.getAndIncrement() == 0) {
                throw new IllegalStateException("on purpose");
            }
        }
    }
}
