package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.policy.SessionPolicies;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What {@code docs/data-migrations.md} says of logical replication into protected tables, on a server of its own. */
class ReplicationTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String SESSIONS = "select count(*)::text from user_sessions";
    private static final String ERRORS =
            "select (apply_error_count + sync_error_count > 0)::text from pg_stat_subscription_stats";

    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.builder()
                .setServerConfig("wal_level", "logical")
                .setServerConfig("wal_retrieve_retry_interval", "200ms")
                .start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @BeforeEach
    void publishAndProtect() throws Exception {
        execute("postgres", "create role owner login createrole");
        execute("postgres", "create database publisher owner owner");
        execute("postgres", "create database subscriber owner owner");
        for (String database : new String[] {"publisher", "subscriber"}) {
            execute(database, "grant create on schema public to owner");
            try (InputStream schema = ReplicationTest.class.getResourceAsStream("review.sql")) {
                execute(as("owner", database), new String(schema.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        execute("subscriber", "truncate users, user_sessions");
        SessionPolicies.throughUsers().maintenanceRole("app_maintenance").apply(as("owner", "subscriber"));
        execute("publisher", "create publication all_rows for table users, user_sessions");
        execute("publisher", "select pg_create_logical_replication_slot('all_rows', 'pgoutput')");
    }

    @AfterEach
    void drop() throws Exception {
        execute("subscriber", "alter subscription all_rows disable");
        execute("subscriber", "alter subscription all_rows set (slot_name = none)");
        execute("subscriber", "drop subscription all_rows");
        execute("postgres", "drop database subscriber with (force)");
        execute("postgres", "select pg_terminate_backend(active_pid) from pg_replication_slots where active");
        await("false", () -> first("postgres", "select bool_or(active)::text from pg_replication_slots"));
        execute("publisher", "select pg_drop_replication_slot(slot_name) from pg_replication_slots");
        execute("postgres", "drop database publisher with (force)");
        execute("postgres", "drop role owner, app_maintenance, authenticated");
    }

    private static PGSimpleDataSource as(String user, String database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(server.getJdbcUrl(user, database));
        dataSource.setUser(user);
        return dataSource;
    }

    private static void execute(String database, String sql) throws SQLException {
        execute(as("postgres", database), sql);
    }

    private static void execute(PGSimpleDataSource user, String sql) throws SQLException {
        try (Connection connection = user.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String first(String database, String sql) throws SQLException {
        try (Connection connection = as("postgres", database).getConnection()) {
            return ReviewedDatabase.first(connection, sql);
        }
    }

    /** Replication tells nobody when it is done. */
    private static void await(String expected, Callable<String> seen) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String last = seen.call();
        while (!expected.equals(last) && System.nanoTime() < end) {
            Thread.sleep(100);
            last = seen.call();
        }
        assertThat(last).isEqualTo(expected);
    }

    private static void subscribe(String options) throws SQLException {
        execute(
                "subscriber",
                "create subscription all_rows connection 'host=localhost port=%d dbname=publisher user=postgres' publication all_rows with (create_slot = false, slot_name = 'all_rows'%s)"
                        .formatted(server.getPort(), options));
    }

    private static boolean since16() throws SQLException {
        return Integer.parseInt(first("postgres", "show server_version_num")) >= 160000;
    }

    private static void assertCopiesAndApplies() throws Exception {
        await("6", () -> first("subscriber", SESSIONS));
        execute("publisher", "delete from user_sessions where session_token = 'nobody'");
        await("5", () -> first("subscriber", SESSIONS));
    }

    private static void assertStopsSince16() throws Exception {
        if (!since16()) {
            assertCopiesAndApplies();
            return;
        }
        await("true", () -> first("subscriber", ERRORS));
        assertThat(first("subscriber", SESSIONS)).isEqualTo("0");
    }

    @Test
    void aSuperusersSubscriptionThatRunsAsItsOwnerCopiesAndApplies() throws Exception {
        subscribe(since16() ? ", run_as_owner = true" : "");

        assertCopiesAndApplies();
    }

    /** Since 16 it works as the owner of each table, who is bound; on 15, as its own, a superuser. */
    @Test
    void aSuperusersSubscriptionThatRunsAsTheTablesOwnerStops() throws Exception {
        subscribe("");

        assertStopsSince16();
    }

    /** The worker refuses who is bound at all, and does not ask what the policies show. */
    @Test
    void theMaintenanceRoleIsOfNoUseToIt() throws Exception {
        execute("subscriber", "grant app_maintenance to owner" + (since16() ? " with inherit true" : ""));
        subscribe("");

        assertStopsSince16();
    }

    @Test
    void aTablesOwnerWithBypassrlsIsOfUse() throws Exception {
        execute("postgres", "alter role owner bypassrls");
        subscribe("");

        assertCopiesAndApplies();
    }
}
