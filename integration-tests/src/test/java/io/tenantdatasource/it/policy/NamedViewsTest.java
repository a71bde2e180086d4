package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ItemsDatabase.OF_ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.policy.TablePolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The views that a migration is told to make their reader's own. */
@Timeout(60)
class NamedViewsTest {

    private static final TablePolicies ITEMS = TablePolicies.ownColumn("items");

    @AutoClose
    private ItemsDatabase database;

    @BeforeEach
    void createViews() throws SQLException {
        database = new ItemsDatabase();
        database.asOwner("create view names as select name from items");
        database.asOwner("grant select on names to " + database.application());
    }

    @Test
    void aNamedViewReadsWithTheRightsOfItsReader() throws SQLException {
        database.migrate(ITEMS);
        assertThat(database.names(ACME, "names")).as("read as the owner").isNull();
        database.migrate(ITEMS.view("names"));
        assertThat(database.names(ACME, "names")).isEqualTo(OF_ACME);
    }

    @Test
    void aNamedViewOfASuperuserIsNoReasonToRefuseAnyMore() throws SQLException {
        database.asAdministrator(
                "create view wide as select name from items; grant select on wide to " + database.application());
        ITEMS.view("wide").apply(database.reviewed().database().administrator());
        database.asAdministrator("grant authenticated to " + database.application());
        assertThat(database.names(ACME, "wide")).isEqualTo(OF_ACME);
    }

    @Test
    void anyNameInAnySchemaWillDo() throws SQLException {
        database.asOwner("create schema \"The \"\"odd\"\" {one\\\\}, too\";"
                + " create view \"The \"\"odd\"\" {one\\\\}, too\".\"Its; 'view'\" as select name from items");
        String odd = "\"The \"\"odd\"\" {one\\\\}, too\"";
        database.asOwner("grant usage on schema " + odd + " to " + database.application());
        database.asOwner("grant select on " + odd + ".\"Its; 'view'\" to " + database.application());
        String before = database.dump();
        TablePolicies policies =
                ITEMS.view("The \"odd\" {one\\\\}, too", "Its; 'view'").view("names");
        database.migrate(policies);
        assertThat(database.names(ACME, odd + ".\"Its; 'view'\"")).isEqualTo(OF_ACME);
        assertThat(database.names(ACME, "names")).isEqualTo(OF_ACME);
        policies.undo(database.owner());
        assertThat(database.dump()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reset (security_invoker)",
                "set (security_invoker = off)",
                "set (security_invoker = true)",
                "set (security_barrier = true)"
            })
    void undoSetsAViewBackToWhatItWas(String was) throws SQLException {
        database.asOwner("alter view names " + was);
        String before = database.dump();
        database.migrate(ITEMS.view("names"));
        database.migrate(ITEMS);
        database.migrate(ITEMS.view("names"));
        assertThat(database.names(ACME, "names")).isEqualTo(OF_ACME);
        ITEMS.undo(database.owner());
        assertThat(database.dump()).isEqualTo(before);
    }

    @Test
    void undoLeavesAViewAloneThatIsGoneOrSomethingElse() throws SQLException {
        database.asOwner("create view gone as select name from items; create view other as select name from items");
        database.migrate(ITEMS.view("gone").view("other").view("names"));
        database.asOwner("drop view gone; drop view other; create table other ()");
        ITEMS.undo(database.owner());
        assertThat(options("names")).isNull();
    }

    @Test
    void undoLeavesAViewItsReadersOwnWhileItReadsAnotherProtectedTable() throws SQLException {
        database.asOwner("create view pairs as select items.name from items, invoices");
        TablePolicies invoices = TablePolicies.ownColumn("invoices").view("pairs");
        database.migrate(ITEMS.view("pairs"));
        database.migrate(invoices);
        ITEMS.undo(database.owner());
        assertThat(options("pairs")).isEqualTo("{security_invoker=true}");
    }

    @Test
    void undoLeavesAViewItsReadersOwnWhileTheTableStaysClosed() throws SQLException {
        database.migrate(ITEMS.view("names"));
        database.asOwner("create policy kept on items as restrictive using (true)");
        ITEMS.undo(database.owner());
        assertThat(options("names")).isEqualTo("{security_invoker=true}");
    }

    @Test
    void undoSetsAViewBackWhereRowSecurityWasOnBefore() throws SQLException {
        database.asOwner("alter table items enable row level security");
        String before = database.dump();
        database.migrate(ITEMS.view("names"));
        ITEMS.undo(database.owner());
        assertThat(database.dump()).isEqualTo(before);
    }

    @Test
    void aMissingViewIsTold() throws SQLException {
        Refused.by(
                        database.reviewed().database(),
                        "42P01",
                        () -> ITEMS.view("nowhere").apply(database.owner()))
                .naming("public.nowhere");
    }

    @Test
    void whatIsNoViewIsRefused() throws SQLException {
        database.asOwner("create materialized view copied as select name from items");
        for (String other : new String[] {"copied", "invoices"}) {
            Refused.by(
                            database.reviewed().database(),
                            "42809",
                            () -> ITEMS.view(other).apply(database.owner()))
                    .naming("public." + other);
        }
    }

    @Test
    void aViewOfSomebodyElseIsRefusedWithWhatTheyCanDo() throws SQLException {
        database.asAdministrator("create view theirs as select name from items");
        Refused.by(
                        database.reviewed().database(),
                        "42501",
                        () -> ITEMS.view("theirs").apply(database.owner()))
                .naming("public.theirs")
                .hinting("alter view public.theirs set (security_invoker = true)");
    }

    /** A query locks a view first, and then its tables. In the other order, one of the two would be a deadlock's victim. */
    @Test
    void whileAViewIsWaitedForItsTableIsNotHeldUp() throws Exception {
        try (Connection busy = database.owner().getConnection();
                Statement statement = busy.createStatement()) {
            busy.setAutoCommit(false);
            statement.execute("alter view names set (security_barrier = true)");
            ExecutorService thread = Executors.newSingleThreadExecutor();
            Future<?> migration = thread.submit(() -> {
                ITEMS.view("names").lockTimeout(Duration.ofSeconds(20)).apply(database.owner());
                return null;
            });
            thread.shutdown();
            String waiting = "select pid from pg_stat_activity where wait_event_type = 'Lock'"
                    + " and datname = current_database()";
            while (database.catalog(waiting) == null && !migration.isDone()) {
                Thread.onSpinWait();
            }
            try (Connection other = database.owner().getConnection();
                    Statement impatient = other.createStatement()) {
                impatient.execute("set lock_timeout = '2s'");
                assertThat(ReviewedDatabase.first(other, "select count(*) from items"))
                        .isEqualTo("5");
            }
            busy.commit();
            migration.get();
        }
        assertThat(options("names")).contains("security_invoker=true");
    }

    @Test
    void aViewThatIsInUseIsLeftAsItWas() throws SQLException {
        try (Connection busy = database.owner().getConnection()) {
            busy.setAutoCommit(false);
            ReviewedDatabase.first(busy, "select count(*) from names");
            Refused.by(
                            database.reviewed().database(),
                            "55P03",
                            () -> ITEMS.view("names")
                                    .lockTimeout(Duration.ofMillis(20))
                                    .apply(database.owner()))
                    .naming("public.items")
                    .hinting("pg_stat_activity");
            busy.rollback();
        }
    }

    private String options(String view) throws SQLException {
        return database.catalog("select reloptions::text from pg_class where relname = '" + view + "'");
    }
}
