package io.tenantdatasource.springtests;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Names no organization in its SQL. */
@Repository
class Invoices {

    static final String ORGANIZATION = "select coalesce(current_setting('app.organization_id', true), '')";

    private final JdbcTemplate jdbc;

    Invoices(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void add(String title) {
        jdbc.update("insert into invoices (title) values (?)", title);
    }

    List<String> titles() {
        return jdbc.queryForList("select title from invoices order by id", String.class);
    }

    /** The id of the organization that the database knows, or an empty string. */
    String organization() {
        return jdbc.queryForObject(ORGANIZATION, String.class);
    }

    /** The physical connection. */
    int session() {
        return jdbc.queryForObject("select pg_backend_pid()", Integer.class);
    }
}
