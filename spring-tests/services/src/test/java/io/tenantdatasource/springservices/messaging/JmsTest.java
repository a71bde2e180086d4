package io.tenantdatasource.springservices.messaging;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.TenantDatabase;
import jakarta.jms.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jms.core.JmsTemplate;

/** Listeners work for the tenant that the sender of their message worked for. */
@SpringBootTest(
        classes = JmsApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties = {
            "tenant-datasource.jms.enabled=true",
            "spring.artemis.mode=embedded",
            "spring.artemis.embedded.enabled=true",
            "spring.artemis.embedded.queues=orders,own,DLQ",
            "spring.main.banner-mode=off"
        })
@TenantDatabase
class JmsTest {

    @Autowired
    private JmsTemplate jms;

    @Autowired
    private Heard heard;

    @AfterEach
    void thatWasAll() {
        heard.assertNothingElse();
    }

    @Test
    void aListenerWorksForTheTenantOfTheSenderAndForNobodyAfterIt() throws Exception {
        TenantContext.run(ACME.withUser("anna"), () -> jms.convertAndSend("orders", "one"));
        TenantContext.run(GLOBEX, () -> jms.convertAndSend("orders", "two"));
        jms.convertAndSend("orders", "three");

        assertThat(heard.next()).isEqualTo("one for " + ACME.organizationId() + " anna");
        assertThat(heard.next()).isEqualTo("two for " + GLOBEX.organizationId());
        assertThat(heard.next()).isEqualTo("three for");
    }

    @Test
    void theNextAttemptIsOfTheTenantToo() throws Exception {
        TenantContext.run(ACME, () -> jms.convertAndSend("orders", "fail once"));

        assertThat(heard.next()).isEqualTo("fail once for " + ACME.organizationId());
        assertThat(heard.next()).isEqualTo("fail once for " + ACME.organizationId());
    }

    @Test
    void aContainerOfTheApplicationsOwnIsOfTheTenantToo() throws Exception {
        TenantContext.run(ACME, () -> jms.send("own", session -> session.createTextMessage("one")));

        assertThat(heard.next()).isEqualTo("own for " + ACME.organizationId());
    }

    /** Artemis gives up after ten attempts, and puts it where dead letters go. */
    @Test
    void aPropertyThatIsNoIdReachesNoListener() {
        jms.setReceiveTimeout(60_000);
        jms.convertAndSend("orders", "blank", message -> with(message, "X_Organization_Id", " "));
        jms.convertAndSend("orders", "number", message -> with(message, "X_Organization_Id", 1));
        jms.convertAndSend("orders", "user alone", message -> with(message, "X_User_Id", "anna"));

        assertThat(jms.receiveAndConvert("DLQ")).isEqualTo("blank");
        assertThat(jms.receiveAndConvert("DLQ")).isEqualTo("number");
        assertThat(jms.receiveAndConvert("DLQ")).isEqualTo("user alone");
    }

    @Test
    void aMessageThatNamesAnotherTenantIsNotSent() {
        assertThatThrownBy(() -> TenantContext.run(
                        ACME,
                        () -> jms.convertAndSend(
                                "orders",
                                "one",
                                message -> with(message, "X_Organization_Id", GLOBEX.organizationId()))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("names another tenant");
    }

    private static Message with(Message message, String property, Object value) throws jakarta.jms.JMSException {
        message.setObjectProperty(property, value);
        return message;
    }
}
