package io.tenantdatasource.springtests.docs;

import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

@Component
class NightlyBilling {

    private final JdbcTemplate jdbc;
    private final Billing billing;

    NightlyBilling(JdbcTemplate jdbc, Billing billing) {
        this.jdbc = jdbc;
        this.billing = billing;
    }

    @Scheduled(cron = "0 0 3 * * *")
    void billEverybody() { // works for nobody: reads a table that is everybody's
        jdbc.queryForList("select id from organizations", UUID.class).forEach(billing::bill);
    }
}
