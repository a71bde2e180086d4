package io.tenantdatasource.it;

import static io.tenantdatasource.it.Pooled.assertMayNotCommit;
import static io.tenantdatasource.it.Pooled.assertNeedsItsOwnSession;
import static io.tenantdatasource.it.Pooled.assertRefused;
import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 1 for statements that may not run in a transaction block, and for those that end their transaction inside. */
@TenantDatabase(scripts = {"/io/tenantdatasource/it/note.sql", "/io/tenantdatasource/it/outside-of-transactions.sql"})
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class StatementsOutsideOfTransactionsAreBoundTest {

    @Parameter
    private Setup setup;

    @AutoClose
    private Wrapped wrapped;

    private Connection connection;

    private Notes notes;

    @BeforeEach
    void checkOut(TestDatabase database) throws SQLException {
        database.execute("drop index if exists told_index");
        wrapped = Wrapped.over(database.administrator(), setup);
        connection = wrapped.checkout(ACME);
        notes = new Notes(database, connection);
        connection.setAutoCommit(true);
    }

    @AfterEach
    void giveBack() throws SQLException {
        connection.close();
        wrapped.assertClean();
    }

    private static final String TOLD_ACME = "told " + ACME.organizationId();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index concurrently told_index on told (tell(text))",
                "CREATE UNIQUE INDEX CONCURRENTLY told_index ON told (tell(text))",
                "/* mine */ create index concurrently told_index on told (tell(text))"
            })
    void createIndexConcurrently(String sql) throws SQLException {
        assertToldAcme(sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vacuum (analyze) told",
                "VACUUM ANALYZE told",
                "reindex table concurrently told",
                "vacuum full told"
            })
    void maintenanceOfAnIndexedExpression(String sql) throws SQLException {
        notes.database().execute("create index told_index on told (tell(text))");
        assertToldAcme(sql);
    }

    private void assertToldAcme(String sql) throws SQLException {
        if (setup.behindPooler()) {
            assertNeedsItsOwnSession(() -> noticesOf(sql));
        } else {
            assertThat(noticesOf(sql)).contains(TOLD_ACME);
        }
    }

    private String noticesOf(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return String.valueOf(statement.getWarnings());
        }
    }

    @Test
    void preparedMaintenance() throws SQLException {
        notes.database().execute("create index told_index on told (tell(text))");
        try (PreparedStatement statement = connection.prepareStatement("vacuum (analyze) told")) {
            if (setup.behindPooler()) {
                assertNeedsItsOwnSession(statement::execute);
                return;
            }
            for (int i = 0; i < 10; i++) {
                statement.execute();
                assertThat(String.valueOf(statement.getWarnings())).contains(TOLD_ACME);
                statement.clearWarnings();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "call write_twice()",
                "CALL write_twice()",
                "/* mine */ call undo_and_write_twice()",
                "do $$ begin insert into note (text) values ('a'); commit; insert into note (text) values ('b'); end $$",
                "do $$ begin call write_twice(); end $$"
            })
    void proceduresThatEndTheirTransaction(String sql) throws SQLException {
        if (setup.behindPooler()) {
            assertMayNotCommit(() -> Sql.execute(connection, sql));
            return;
        }
        Sql.execute(connection, sql);
        notes.assertAllSeenByAcme(2);
    }

    @Test
    void preparedCallsOfThem() throws SQLException {
        try (PreparedStatement prepared = connection.prepareStatement("call write_twice()");
                CallableStatement call = connection.prepareCall("call undo_and_write_twice()")) {
            if (setup.behindPooler()) {
                assertMayNotCommit(prepared::execute);
                assertMayNotCommit(call::execute);
                return;
            }
            for (int i = 0; i < 10; i++) {
                prepared.execute();
                call.execute();
            }
        }
        notes.assertAllSeenByAcme(40);
    }

    @Test
    void whatComesAfterThem() throws SQLException {
        for (String sql : new String[] {"call write_twice()", "vacuum told", "call write_twice()"}) {
            if (setup.behindPooler()) {
                assertRefused(sql.startsWith("call") ? "2D000" : "0A000", () -> Sql.execute(connection, sql));
            } else {
                Sql.execute(connection, sql);
            }
            assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
        }
        if (setup.behindPooler()) {
            return;
        }
        notes.assertAllSeenByAcme(4);
    }

    @Test
    void whatFailsAmongThem() throws SQLException {
        assertThatThrownBy(() -> Sql.execute(connection, "vacuum no_such_table"))
                .isInstanceOf(SQLException.class);
        assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
    }
}
