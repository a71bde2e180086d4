package io.tenantdatasource.springservices.messaging;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.spring.messaging.TenantHeaderException;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.util.backoff.FixedBackOff;

/** Listens to records, one by one and in batches; what fails twice becomes a dead letter, which is listened to as well. */
@SpringBootConfiguration
@EnableAutoConfiguration
class KafkaApplication {

    static final EmbeddedKafkaBroker BROKER = new EmbeddedKafkaKraftBroker(1, 1, "orders", "batches", "own", "dead");

    @Bean
    Heard heard(JdbcTemplate jdbc) {
        return new Heard(jdbc);
    }

    @Bean
    Listeners listeners(Heard heard) {
        return new Listeners(heard);
    }

    @Bean
    KafkaMessageListenerContainer<String, String> own(ConsumerFactory<String, String> consumers, Heard heard) {
        ContainerProperties container = new ContainerProperties("own");
        container.setMessageListener((MessageListener<String, String>) order -> heard.add("own " + order.value()));
        return new KafkaMessageListenerContainer<>(consumers, container);
    }

    @Bean
    CommonErrorHandler errorHandler(KafkaTemplate<String, String> kafka, Heard heard) {
        DeadLetterPublishingRecoverer deadLetters =
                new DeadLetterPublishingRecoverer(kafka, (failed, e) -> new TopicPartition("dead", 0));
        DefaultErrorHandler handler = new DefaultErrorHandler(
                (failed, e) -> {
                    heard.addFailure("gave up in " + TenantContext.current() + " as "
                            + e.getCause().getClass().getSimpleName());
                    if (!failed.topic().equals("dead")) {
                        deadLetters.accept(failed, e);
                    }
                },
                new FixedBackOff(0, 1));
        handler.addNotRetryableExceptions(TenantHeaderException.class);
        return handler;
    }

    static final class Listeners {

        private final Heard heard;

        Listeners(Heard heard) {
            this.heard = heard;
        }

        @KafkaListener(topics = "orders")
        void listen(String order) {
            heard.add(order);
            if (order.equals("fail")) {
                throw new IllegalStateException("on purpose");
            }
        }

        @KafkaListener(id = "batches", topics = "batches", batch = "true", autoStartup = "false")
        void listen(List<String> orders) {
            heard.add(orders.toString());
        }

        @KafkaListener(id = "dead", topics = "dead")
        void listenToTheDead(String order) {
            heard.add("dead " + order);
        }
    }
}
