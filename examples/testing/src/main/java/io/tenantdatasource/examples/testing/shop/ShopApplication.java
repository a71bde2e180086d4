package io.tenantdatasource.examples.testing.shop;

import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** A small shop, as somebody may have it. */
@SpringBootApplication
public class ShopApplication {

    /**
     * Runs it.
     *
     * @param arguments Spring Boot's
     */
    public static void main(String[] arguments) {
        SpringApplication.run(ShopApplication.class, arguments);
    }

    /** Orders of whoever asks. */
    @RestController
    static class Orders {

        private final JdbcTemplate jdbc;

        Orders(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @GetMapping("/orders")
        List<String> articles() {
            return jdbc.queryForList("select article from orders order by id", String.class);
        }

        @PostMapping("/orders")
        @Transactional
        public void add(@RequestBody String article) {
            jdbc.update("insert into orders (article) values (?)", article);
        }
    }
}
