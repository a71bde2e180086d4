package io.tenantdatasource.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The functions that are taken to change nothing in a session, against the server's catalogue. */
class OwnFunctionsTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    /** Written in C as a part of the server, or in SQL over such, and neither volatile. */
    @Test
    void changeNothing() throws SQLException {
        assertThat(those(OwnFunctions.PURE, "p.provolatile = 'v'"))
                .as("volatile functions")
                .isEmpty();
        assertThat(those(OwnFunctions.PURE, "l.lanname not in ('internal', 'sql')"))
                .as("functions in other languages")
                .isEmpty();
    }

    @Test
    void areThere() throws SQLException {
        Set<String> known = those(OwnFunctions.PURE, "true");
        known.addAll(those(OwnFunctions.HARMLESS, "true"));
        Set<String> missing = new TreeSet<>(OwnFunctions.PURE);
        missing.addAll(OwnFunctions.HARMLESS);
        missing.removeAll(known);
        assertThat(missing).as("names of no function").isEmpty();
    }

    @Test
    void setNothing() {
        assertThat(Set.of("set_config", "pg_advisory_lock", "query_to_xml", "lo_create", "pg_notify", "dblink"))
                .noneMatch(OwnFunctions.names()::contains);
    }

    private static Set<String> those(Set<String> names, String condition) throws SQLException {
        try (Connection connection = DATABASE.administrator().getConnection();
                PreparedStatement select = connection.prepareStatement("select distinct p.proname from pg_proc p"
                        + " join pg_language l on l.oid = p.prolang where p.pronamespace = 'pg_catalog'::regnamespace"
                        + " and p.proname = any (?) and " + condition)) {
            select.setArray(1, connection.createArrayOf("text", names.toArray()));
            Set<String> found = new TreeSet<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        }
    }
}
