package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policies that go through another table are fast for look-ups, or for lists; either takes the place of the other. */
class FastForTest {

    private static final SessionPolicies FOR_LOOKUPS = SessionPolicies.throughUsers();
    private static final SessionPolicies FOR_LISTS = FOR_LOOKUPS.forLists();
    private static final String OF_ACME = "alice-old alice-phone bob-laptop";

    @AutoClose
    private ReviewedDatabase database;

    @BeforeEach
    void createTables() {
        database = new ReviewedDatabase();
    }

    private String policy() throws SQLException {
        return database.catalog("select pg_get_expr(polqual, polrelid) from pg_policy"
                + " where polrelid = 'user_sessions'::regclass and polname = 'user_sessions_select_policy'");
    }

    private void assertFastForLists(boolean lists) throws SQLException {
        assertThat(policy()).contains(lists ? "ANY (" : "EXISTS (").doesNotContain(lists ? "EXISTS (" : "ANY (");
    }

    @Test
    void lookUpsAreTheDefaultAndApplyingAgainSwitches() throws SQLException {
        database.migrate(FOR_LOOKUPS);
        assertFastForLists(false);
        FOR_LISTS.apply(database.owner());
        assertFastForLists(true);
        assertThat(database.tokens(ACME)).isEqualTo(OF_ACME);
        FOR_LOOKUPS.apply(database.owner());
        assertFastForLists(false);
        assertThat(database.tokens(ACME)).isEqualTo(OF_ACME);
    }

    @Test
    void undoTakesEitherBack() throws SQLException {
        String before = SchemaDump.of(database.database().administrator());
        FOR_LISTS.apply(database.owner());
        FOR_LOOKUPS.undo(database.owner());
        assertThat(SchemaDump.of(database.database().administrator())).isEqualTo(before);
        FOR_LOOKUPS.apply(database.owner());
        FOR_LISTS.undo(database.owner());
        assertThat(SchemaDump.of(database.database().administrator())).isEqualTo(before);
    }

    @Test
    void readersSeeTheirOwnRowsThroughoutTheSwitch() throws Exception {
        database.migrate(FOR_LOOKUPS);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger reads = new AtomicInteger();
        ExecutorService readers = Executors.newSingleThreadExecutor();
        try {
            Future<?> reader = readers.submit(() -> {
                while (!done.get()) {
                    seen.add(String.valueOf(database.tokens(ACME)));
                    reads.incrementAndGet();
                }
                return null;
            });
            for (int i = 0; i < 10; i++) {
                int former = reads.get();
                (i % 2 == 0 ? FOR_LISTS : FOR_LOOKUPS).apply(database.owner());
                while (reads.get() < former + 2 && !reader.isDone()) {
                    Thread.onSpinWait();
                }
            }
            done.set(true);
            reader.get();
        } finally {
            done.set(true);
            readers.shutdown();
        }
        assertThat(seen).containsExactly(OF_ACME);
        assertFastForLists(false);
    }

    @Test
    void psqlSwitchesByAVariable() throws SQLException {
        Psql.run(database.owner(), "through-users.sql", "-v", "fast_for=lists").requireSuccess();
        assertFastForLists(true);
        Psql.run(database.owner(), "through-users.sql").requireSuccess();
        assertFastForLists(false);

        Psql.Result refused = Psql.run(database.owner(), "through-users.sql", "-v", "fast_for=everything");
        assertThat(refused.status()).isNotZero();
        assertThat(refused.err()).contains("fast for lookups or lists, but not for everything", "HINT:");
        assertFastForLists(false);
    }

    @Test
    void whatHasAColumnOfItsOwnIsFastForBoth() {
        SessionPolicies sessions = SessionPolicies.ownColumn();
        assertThatThrownBy(sessions::forLists)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("through users");
        TablePolicies table = TablePolicies.ownColumn("items");
        assertThatThrownBy(table::forLists)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("through a parent");
    }
}
