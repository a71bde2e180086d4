package io.tenantdatasource.it.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.it.Sql;
import io.tenantdatasource.it.pooler.PgBouncer.Pooling;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What the tests of this package take for granted. */
class PgBouncerTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @Test
    void lendsAnotherServerSessionToEachTransaction() throws SQLException {
        PGSimpleDataSource user = database.createUser("user");
        PgBouncer.shared().before(user);
        try (Connection connection = user.getConnection()) {
            assertThat(Sql.query(connection, Sql.BACKEND)).isNotEqualTo(Sql.query(connection, Sql.BACKEND));
            connection.setAutoCommit(false);
            assertThat(Sql.query(connection, Sql.BACKEND)).isEqualTo(Sql.query(connection, Sql.BACKEND));
        }
    }

    @Test
    void keepsAServerSessionForAClientUnderSessionPooling() throws SQLException {
        PGSimpleDataSource user = database.createUser("user");
        try (PgBouncer bouncer = PgBouncer.start(Pooling.SESSION, 3, user)) {
            bouncer.before(user);
            try (Connection connection = user.getConnection()) {
                assertThat(Sql.query(connection, Sql.BACKEND)).isEqualTo(Sql.query(connection, Sql.BACKEND));
            }
        }
    }

    @Test
    void hasNoMoreServerSessionsThanItWasTold() throws SQLException {
        PGSimpleDataSource user = database.createUser("user");
        try (PgBouncer bouncer = PgBouncer.start(Pooling.TRANSACTION, 2, user)) {
            bouncer.before(user);
            for (int i = 0; i < 20; i++) {
                assertThat(Sql.query(user, Sql.ORGANIZATION)).isNull();
            }
            assertThat(Sql.query(
                            database.administrator(),
                            "select count(*) from pg_stat_activity where usename = '" + user.getUser() + "'"))
                    .isEqualTo("2");
        }
    }

    @Test
    void handsOnWhatAClientSetForItsSession() throws SQLException {
        PGSimpleDataSource user = database.createUser("user");
        try (PgBouncer bouncer = PgBouncer.start(Pooling.TRANSACTION, 2, user)) {
            bouncer.before(user);
            try (Connection one = user.getConnection();
                    Connection other = user.getConnection()) {
                Sql.query(one, "select set_config('app.organization_id', 'of one', false)");
                Sql.query(one, "select 'in the second session'");
                assertThat(Sql.query(other, Sql.ORGANIZATION)).isEqualTo("of one");
            }
        }
    }

    @Test
    void maySeeAUserManyTimes() throws SQLException {
        for (int i = 0; i < 5; i++) {
            PGSimpleDataSource administrator = database.administrator();
            PgBouncer.shared().before(administrator);
            assertThat(Sql.query(administrator, Sql.ORGANIZATION)).isNull();
        }
    }

    @Test
    void saysWhyItLetsSomebodyNotThrough() {
        PGSimpleDataSource user = database.createUser("user");
        user.setOptions("-c search_path=pg_catalog");
        PgBouncer bouncer = PgBouncer.shared();
        assertThatThrownBy(() -> bouncer.before(user)).hasStackTraceContaining("parameter: options");
    }

    @Test
    void endsWhenItIsClosed() {
        PGSimpleDataSource user = database.createUser("user");
        PgBouncer bouncer = PgBouncer.start(Pooling.TRANSACTION, 2, user);
        bouncer.before(user);
        bouncer.close();
        assertThatThrownBy(user::getConnection).hasMessageContaining("refused");
    }
}
