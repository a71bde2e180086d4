package io.tenantdatasource.springdatabase;

import java.util.List;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;

/** An application that knows nothing of fixtures: its database is wherever the properties say. */
@SpringBootApplication
class NotesApplication {

    @Service
    static class Notes {

        private final JdbcTemplate jdbc;

        Notes(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        void add(String title) {
            jdbc.update("insert into notes (title) values (?)", title);
        }

        List<String> titles() {
            return jdbc.queryForList("select title from notes order by id", String.class);
        }

        String user() {
            return jdbc.queryForObject("select current_user", String.class);
        }
    }
}
