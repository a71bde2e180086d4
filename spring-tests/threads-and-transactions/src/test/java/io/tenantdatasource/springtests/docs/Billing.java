package io.tenantdatasource.springtests.docs;

import io.tenantdatasource.spring.task.ForTenant;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
class Billing {

    private final JdbcTemplate jdbc;

    Billing(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Transactional
    public void bill(@ForTenant UUID organization) { // the transaction begins for that organization
        jdbc.update("insert into invoices (title) values ('this month')");
    }
}
