package io.tenantdatasource.springservices.http;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A service that trusts what others of one's own tell it. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(ServicesApplication.WhoAmIController.class)
class ServicesApplication {

    @RestController
    static class WhoAmIController {

        private final JdbcTemplate jdbc;

        WhoAmIController(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @GetMapping("/tenant")
        String tenant() {
            return jdbc.queryForObject(
                    "select concat('<', current_setting('app.organization_id', true), '> <',"
                            + " current_setting('app.user_id', true), '>')",
                    String.class);
        }
    }
}
