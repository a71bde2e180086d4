package io.tenantdatasource.springtests.docs;

import io.tenantdatasource.spring.task.ForTenant;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

@Service
class Orders {

    private final Seller seller;

    Orders(Seller seller) {
        this.seller = seller;
    }

    @Transactional
    public void order(UUID from) { // for the customer, in the customer's transaction
        seller.invoice(from);
    }

    @Service
    static class Seller {

        private final JdbcTemplate jdbc;

        Seller(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Transactional(propagation = Propagation.REQUIRES_NEW) // refused without it
        public void invoice(@ForTenant UUID organization) {
            jdbc.update("insert into invoices (title) values ('an order')");
        }
    }
}
