package io.tenantdatasource.springtests.docs;

import io.tenantdatasource.spring.task.ForEachTenant;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

@Component
class Reminders {

    private final JdbcTemplate jdbc;

    Reminders(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Scheduled(cron = "0 0 4 * * *")
    @ForEachTenant
    @Transactional
    void remind() { // once for each tenant, in a transaction of its own
        jdbc.update("insert into invoices (title) values ('a reminder')");
    }
}
