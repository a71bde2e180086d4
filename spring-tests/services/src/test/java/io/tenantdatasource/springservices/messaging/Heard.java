package io.tenantdatasource.springservices.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.JdbcTemplate;

/** What listeners have heard, each with the tenant that the database took it for. */
final class Heard {

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final JdbcTemplate jdbc;

    Heard(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void add(String message) {
        heard.add(message + " for "
                + jdbc.queryForObject(
                                "select concat(current_setting('app.organization_id', true), ' ',"
                                        + " current_setting('app.user_id', true))",
                                String.class)
                        .strip());
    }

    void addFailure(String failure) {
        heard.add(failure);
    }

    String next() throws InterruptedException {
        String next = heard.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("heard within a minute").isNotNull();
        return next.strip();
    }

    void assertNothingElse() {
        assertThat(heard).isEmpty();
    }
}
