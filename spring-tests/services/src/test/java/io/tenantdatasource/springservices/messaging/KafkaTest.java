package io.tenantdatasource.springservices.messaging;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.TenantDatabase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.MessageListenerContainer;
import org.springframework.kafka.requestreply.ReplyingKafkaTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Listeners work for the tenant that the sender of their record worked for. */
@SpringBootTest(
        classes = KafkaApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties = {
            "tenant-datasource.kafka.enabled=true",
            "spring.kafka.consumer.group-id=services",
            "spring.kafka.consumer.auto-offset-reset=earliest",
            "spring.kafka.listener.concurrency=1",
            "spring.main.banner-mode=off"
        })
@TenantDatabase
class KafkaTest {

    @Autowired
    private KafkaTemplate<String, String> kafka;

    @Autowired
    private KafkaListenerEndpointRegistry listeners;

    @Autowired
    private Heard heard;

    @BeforeAll
    static void start() {
        KafkaApplication.BROKER.afterPropertiesSet();
    }

    @AfterAll
    static void stop() {
        KafkaApplication.BROKER.destroy();
    }

    @DynamicPropertySource
    static void broker(DynamicPropertyRegistry properties) {
        properties.add("spring.kafka.bootstrap-servers", KafkaApplication.BROKER::getBrokersAsString);
    }

    @AfterEach
    void thatWasAll() {
        heard.assertNothingElse();
    }

    @Test
    void aListenerWorksForTheTenantOfTheSenderAndForNobodyAfterIt() throws Exception {
        send("orders", "one", ACME.withUser("anna"));
        send("orders", "two", GLOBEX);
        kafka.send("orders", "three").get(60, TimeUnit.SECONDS);

        assertThat(heard.next()).isEqualTo("one for " + ACME.organizationId() + " anna");
        assertThat(heard.next()).isEqualTo("two for " + GLOBEX.organizationId());
        assertThat(heard.next()).isEqualTo("three for");
    }

    @Test
    void eachAttemptAndTheDeadLetterAreOfTheTenantAndTheErrorHandlerIsOfNone() throws Exception {
        send("orders", "fail", ACME);

        assertThat(heard.next()).isEqualTo("fail for " + ACME.organizationId());
        assertThat(heard.next()).isEqualTo("fail for " + ACME.organizationId());
        assertThat(heard.next()).isEqualTo("gave up in Optional.empty as IllegalStateException");
        assertThat(heard.next()).isEqualTo("dead fail for " + ACME.organizationId());
    }

    @Test
    void aBatchOfOneTenantIsOfThatOneAndABatchOfSeveralIsRefused() throws Exception {
        send("batches", "one", ACME);
        send("batches", "two", ACME);
        MessageListenerContainer batches = listeners.getListenerContainer("batches");
        batches.start();
        assertThat(heard.next()).isEqualTo("[one, two] for " + ACME.organizationId());
        batches.stop();

        send("batches", "three", ACME);
        send("batches", "four", GLOBEX);
        batches.start();
        assertThat(List.of(heard.next(), heard.next()))
                .containsOnly("gave up in Optional.empty as TenantHeaderException");
        assertThat(heard.next()).isEqualTo("dead three for " + ACME.organizationId());
        assertThat(heard.next()).isEqualTo("dead four for " + GLOBEX.organizationId());
        batches.stop();
    }

    @Test
    void aHeaderThatIsNoIdGoesToTheErrorHandler() throws Exception {
        for (ProducerRecord<String, String> malformed : List.of(
                named("X-Organization-Id", " "),
                named("X-Organization-Id", "a\u0001"),
                named("X-User-Id", "anna"),
                twice(named("X-Organization-Id", "acme")),
                notUtf8())) {
            kafka.send(malformed).get(60, TimeUnit.SECONDS);

            assertThat(heard.next()).isEqualTo("gave up in Optional.empty as TenantHeaderException");
            assertThat(heard.next())
                    .as("the dead letter")
                    .isEqualTo("gave up in Optional.empty as TenantHeaderException");
        }
    }

    @Test
    void aRecordThatNamesAnotherTenantIsNotSent() {
        assertThatThrownBy(() ->
                        TenantContext.call(ACME, () -> kafka.send(named("X-Organization-Id", GLOBEX.organizationId()))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("names another tenant")
                .message()
                .doesNotContain(GLOBEX.organizationId());
    }

    @Test
    void aRecordThatNamesTheTenantAlreadyIsSentAsItIs() throws Exception {
        ProducerRecord<String, String> order = named("X-Organization-Id", ACME.organizationId());

        TenantContext.call(ACME, () -> kafka.send(order)).get(60, TimeUnit.SECONDS);

        assertThat(heard.next()).isEqualTo("order for " + ACME.organizationId());
        assertThat(order.headers().headers("X-Organization-Id")).hasSize(1);
    }

    @Test
    void aContainerOfTheApplicationsOwnIsOfTheTenantToo() throws Exception {
        send("own", "order", ACME);

        assertThat(heard.next()).isEqualTo("own order for " + ACME.organizationId());
    }

    /** A batch of replies is of whoever has asked. */
    @Test
    void repliesOfSeveralTenantsAreHandedToWhoeverWaitsForThem(
            @Autowired ConcurrentKafkaListenerContainerFactory<String, String> factory,
            @Autowired ProducerFactory<String, String> producers) {
        ConcurrentMessageListenerContainer<String, String> container = factory.createContainer("replies");
        AtomicInteger replies = new AtomicInteger();
        new ReplyingKafkaTemplate<String, String, String>(producers, container) {

            @Override
            public void onMessage(List<ConsumerRecord<String, String>> batch) {
                replies.addAndGet(batch.size());
            }
        };

        listener(container).onMessage(List.of(reply(ACME), reply(GLOBEX)));

        assertThat(replies).hasValue(2);
    }

    @SuppressWarnings("unchecked")
    private static BatchMessageListener<String, String> listener(MessageListenerContainer container) {
        return (BatchMessageListener<String, String>)
                container.getContainerProperties().getMessageListener();
    }

    private static ConsumerRecord<String, String> reply(Tenant tenant) {
        ConsumerRecord<String, String> reply = new ConsumerRecord<>("replies", 0, 0, "", "reply");
        reply.headers().add("X-Organization-Id", tenant.organizationId().getBytes(StandardCharsets.UTF_8));
        return reply;
    }

    private void send(String topic, String order, Tenant tenant) throws Exception {
        TenantContext.call(tenant, () -> kafka.send(topic, order)).get(60, TimeUnit.SECONDS);
    }

    private static ProducerRecord<String, String> named(String header, String value) {
        ProducerRecord<String, String> order = new ProducerRecord<>("orders", "order");
        order.headers().add(header, value.getBytes(StandardCharsets.UTF_8));
        return order;
    }

    private static ProducerRecord<String, String> twice(ProducerRecord<String, String> order) {
        order.headers().add("X-Organization-Id", "acme".getBytes(StandardCharsets.UTF_8));
        return order;
    }

    private static ProducerRecord<String, String> notUtf8() {
        ProducerRecord<String, String> order = new ProducerRecord<>("orders", "order");
        order.headers().add("X-Organization-Id", new byte[] {'a', (byte) 0xff});
        return order;
    }
}
