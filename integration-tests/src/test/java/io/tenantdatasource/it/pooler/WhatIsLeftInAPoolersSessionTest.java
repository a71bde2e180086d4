package io.tenantdatasource.it.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.it.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A bouncer lends the session to somebody else at the end of the transaction: nothing of it can wait for the return. */
class WhatIsLeftInAPoolersSessionTest {

    private static final Tenant TENANT = Notes.ORGANIZATIONS.get(0);

    private static final String LEFTOVERS = "select concat_ws(' ',"
            + " nullif(current_setting('app.organization_id', true), ''), nullif(current_setting('role'), 'none'),"
            + " (select string_agg(name, ' ') from pg_cursors where is_holdable),"
            + " (select string_agg(channel, ' ') from pg_listening_channels() channel),"
            + " (select string_agg(relname, ' ') from pg_class where relnamespace = pg_my_temp_schema()))";

    @AutoClose
    private final Notes notes = new Notes();

    @AutoClose
    private PgBouncer bouncer;

    @AutoClose
    private TenantDataSource pool;

    /** With one session of the server, so that what is left in it is found. */
    @BeforeEach
    void lendOneSession() {
        notes.asAdministrator("grant temporary on database "
                + notes.application().getDatabaseName() + " to "
                + notes.application().getUser() + "; create role " + role() + "; grant " + role() + " to "
                + notes.application().getUser() + "; create function leave_tenant() returns void language sql as"
                + " $$ select set_config('app.organization_id', 'x', false) $$");
        bouncer = PgBouncer.start(PgBouncer.Pooling.TRANSACTION, 1, notes.application());
        bouncer.before(notes.application());
        notes.application().setPrepareThreshold(0);
        pool = notes.pool(1, TenantBinding.TRANSACTION);
    }

    private String role() {
        return "other_" + notes.application().getUser();
    }

    /** How the user ends the transaction. */
    enum Ending {
        AUTOCOMMIT {
            @Override
            void run(Connection connection, String sql) throws SQLException {
                connection.setAutoCommit(true);
                Sql.execute(connection, sql);
            }
        },
        COMMIT {
            @Override
            void run(Connection connection, String sql) throws SQLException {
                connection.setAutoCommit(false);
                Sql.execute(connection, sql);
                connection.commit();
            }
        },
        SET_AUTO_COMMIT {
            @Override
            void run(Connection connection, String sql) throws SQLException {
                connection.setAutoCommit(false);
                Sql.execute(connection, sql);
                connection.setAutoCommit(true);
            }
        },
        TEXT {
            @Override
            void run(Connection connection, String sql) throws SQLException {
                connection.setAutoCommit(true);
                Sql.execute(connection, "begin");
                Sql.execute(connection, sql);
                Sql.execute(connection, "commit");
            }
        },
        ONE_TEXT {
            @Override
            void run(Connection connection, String sql) throws SQLException {
                connection.setAutoCommit(true);
                Sql.execute(connection, "begin; " + sql + "; commit");
            }
        };

        abstract void run(Connection connection, String sql) throws SQLException;
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void isTakenBackInTheRoundTripOfTheCommit(Ending ending) throws SQLException {
        for (String sql : new String[] {
            "create temporary table t (i int)",
            "set role " + role(),
            "set app.organization_id = '" + Notes.ORGANIZATIONS.get(1).organizationId() + "'",
            "declare c cursor with hold for select * from note",
            "listen channel",
            "do $$ begin perform set_config('app.organization_id', 'x', false); end $$",
            "select leave_tenant()",
        }) {
            try (Connection connection = checkout()) {
                ending.run(connection, sql);
                connection.setAutoCommit(true);
                assertThat(Sql.query(connection, "select count(*) from note"))
                        .as(sql)
                        .isEqualTo("1");
            }
            assertThat(Sql.query(notes.application(), LEFTOVERS)).as(sql).isEmpty();
        }
    }

    /** The tenant is there while a holdable cursor is filled, and what is deferred runs. */
    @Test
    void andNotBefore() throws SQLException {
        try (Connection connection = checkout();
                Statement statement = connection.createStatement()) {
            statement.execute("begin; declare c cursor with hold for select * from note; commit; fetch all from c");
            int rows = 0;
            while (statement.getMoreResults() || statement.getUpdateCount() != -1) {
                rows = statement.getResultSet() == null ? rows : countOf(statement);
            }
            assertThat(rows).isOne();
        }
    }

    private static int countOf(Statement statement) throws SQLException {
        int rows = 0;
        while (statement.getResultSet().next()) {
            rows++;
        }
        return rows;
    }

    /** What somebody else has left is not taken for what the session was at connect. */
    @ParameterizedTest
    @ValueSource(strings = {"set role %s", "set app.organization_id = 'somebody'"})
    void bySomebodyElseBeforeItIsSeenFirst(String sql) throws SQLException {
        try (Connection somebody = notes.application().getConnection()) {
            Sql.execute(somebody, sql.formatted(role()));
        }
        try (Connection connection = checkout()) {
            assertThat(Sql.query(connection, "select current_user")).isNotEqualTo(role());
        } catch (SQLException e) {
            assertThat((Throwable) e).hasMessageContaining("holds another tenant or role");
        }
        try (Connection somebody = notes.application().getConnection()) {
            Sql.execute(somebody, "reset role");
            Sql.execute(somebody, "reset app.organization_id");
        }
        try (Connection connection = checkout()) {
            assertThat(Sql.query(connection, "select count(*) from note")).isEqualTo("1");
        }
    }

    @Test
    void bySomebodyElseIsFoundBeforeATextOfSeveralBlocks() throws SQLException {
        try (Connection connection = checkout()) {
            assertThat(Sql.query(connection, "select count(*) from note")).isEqualTo("1");
        }
        for (String sql : new String[] {
            "insert into note (meant) values (organization()); commit; select count(*) from note",
            "begin; select 1; commit; begin",
            "begin; select 1; commit and chain",
            "savepoint s; select 1; rollback to s",
        }) {
            try (Connection somebody = notes.application().getConnection()) {
                Sql.execute(somebody, "set role " + role());
            }
            try (Connection connection = checkout()) {
                connection.setAutoCommit(!sql.startsWith("savepoint"));
                assertThatThrownBy(() -> Sql.execute(connection, sql)).as(sql).hasMessageContaining("another role");
            }
        }
        assertThat(notes.countAfterTheStart("true")).isZero();
    }

    /** The next transaction may have another session, whatever this checkout has found in the former one. */
    @Test
    void bySomebodyElseBetweenTwoTransactionsOfACheckout() throws SQLException {
        try (Connection connection = checkout();
                Connection somebody = notes.application().getConnection()) {
            connection.setAutoCommit(false);
            Sql.query(connection, "select leave_tenant()");
            connection.commit();
            Sql.execute(somebody, "set role " + role());
            assertThatThrownBy(() -> Sql.query(connection, "select count(*) from note"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("holds another tenant or role");
        }
    }

    @Test
    void aRoleOfTheUsersOwnIsTheirsToTheEndOfTheTransaction() throws SQLException {
        notes.asAdministrator("grant select on note to " + role());
        try (Connection connection = checkout()) {
            connection.setAutoCommit(false);
            Sql.execute(connection, "set local role " + role());
            assertThat(Sql.query(connection, "select current_user")).isEqualTo(role());
            assertThat(Sql.query(connection, "select count(*) from note")).isEqualTo("1");
            connection.commit();
            assertThat(Sql.query(connection, "select current_user")).isNotEqualTo(role());
        }
    }

    private Connection checkout() throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(TENANT)) {
            return pool.getConnection();
        }
    }
}
