package io.tenantdatasource.it;

import static io.tenantdatasource.it.Pooled.assertMayNotCommit;
import static io.tenantdatasource.it.Pooled.assertNeedsItsOwnSession;
import static io.tenantdatasource.it.Pooled.assertRefused;
import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.test.TestDatabase;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 1 for statements that may not run in a transaction block, and for those that end their transaction inside. */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class StatementsOutsideOfTransactionsAreBoundTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    @AutoClose
    private Wrapped wrapped;

    private Connection connection;

    @BeforeAll
    static void createTables() {
        DATABASE.execute("""
                create table note (
                  id int generated always as identity primary key,
                  text text,
                  written timestamp,
                  seen text default current_setting('app.organization_id', true));
                create table told (text text);
                insert into told values ('x');
                create function tell(told text) returns text immutable language plpgsql as $$
                  begin
                    raise notice 'told %', pg_catalog.current_setting('app.organization_id', true);
                    return told;
                  end $$;
                create procedure write_twice() language plpgsql as $$
                  begin
                    insert into note (text) values ('before');
                    commit;
                    insert into note (text) values ('after');
                  end $$;
                create procedure undo_and_write_twice() language plpgsql as $$
                  begin
                    insert into note (text) values ('undone');
                    rollback;
                    insert into note (text) values ('kept');
                    commit and chain;
                    insert into note (text) values ('kept too');
                  end $$;
                """);
    }

    @BeforeEach
    void checkOut() throws SQLException {
        DATABASE.execute("truncate note; drop index if exists told_index");
        wrapped = Wrapped.over(DATABASE.administrator(), setup);
        connection = wrapped.checkout(ACME);
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
        DATABASE.execute("create index told_index on told (tell(text))");
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
        DATABASE.execute("create index told_index on told (tell(text))");
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
        assertAllSeenByAcme(2);
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
        assertAllSeenByAcme(40);
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
        assertAllSeenByAcme(4);
    }

    @Test
    void whatFailsAmongThem() throws SQLException {
        assertThatThrownBy(() -> Sql.execute(connection, "vacuum no_such_table"))
                .isInstanceOf(SQLException.class);
        assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
    }

    private void assertAllSeenByAcme(int rows) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
        assertThat(
                        Sql.query(
                                DATABASE.administrator(),
                                "select count(*) || ' notes of ' || string_agg(distinct coalesce(seen, 'null'), ', ') from note"))
                .isEqualTo(rows + " notes of " + ACME.organizationId());
    }
}
