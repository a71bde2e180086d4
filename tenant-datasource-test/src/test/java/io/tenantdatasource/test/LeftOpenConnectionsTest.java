package io.tenantdatasource.test;

import static io.tenantdatasource.test.Sql.execute;
import static io.tenantdatasource.test.Sql.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of tests that do not close their connections, and that the next test knows nothing of it. */
class LeftOpenConnectionsTest {

    @ParameterizedTest
    @ValueSource(classes = {Bound.class, NotBound.class, OfTheOwner.class, OnAnotherThread.class})
    void aTestThatLeavesOneOpenFailsAndIsToldWhereItWasOpened(Class<?> tests) {
        Throwable failure = Tests.onlyFailureOf(tests);

        assertThat(failure).hasMessageContaining("1 connection was left open by this test");
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0].getStackTrace())
                .anySatisfy(frame -> assertThat(frame.getMethodName()).contains("aLeavesOneOpen"));
    }

    @Test
    void aTestThatFailsKeepsItsOwnFailure() {
        Throwable failure = Tests.onlyFailureOf(FailsAndLeavesOneOpen.class);

        assertThat(failure).isInstanceOf(IOException.class);
        assertThat(failure.getSuppressed()[0]).hasMessageContaining("left open");
    }

    @Test
    @Timeout(60)
    void anOpenTransactionDoesNotHoldTheResetUp() {
        assertThat(Tests.onlyFailureOf(LeavesATransactionOpen.class)).hasMessageContaining("left open");
    }

    @Test
    void afterEachMayCloseThem() {
        assertThat(Tests.failuresOf(Tests.run(ClosesInAfterEach.class))).isEmpty();
    }

    @Test
    void thoseOfBeforeAllMayLiveUntilAfterAll() {
        assertThat(Tests.failuresOf(Tests.run(ClosesInAfterAll.class))).isEmpty();
    }

    @Test
    void afterThatTheClassFails() {
        assertThat(Tests.onlyFailureOf(NeverCloses.class))
                .hasMessageContaining("1 connection was left open by this class");
    }

    @TenantDatabase
    static class Bound extends TwoTests {

        @BeforeEach
        void inject(DataSource dataSource) {
            this.dataSource = dataSource;
        }
    }

    @TenantDatabase
    static class NotBound extends TwoTests {

        @BeforeEach
        void inject(@Unbound DataSource dataSource) {
            this.dataSource = dataSource;
        }
    }

    @TenantDatabase
    static class OfTheOwner extends TwoTests {

        @BeforeEach
        void inject(@Owner DataSource dataSource) {
            this.dataSource = dataSource;
        }
    }

    @TestMethodOrder(MethodOrderer.MethodName.class)
    abstract static class TwoTests {

        private static Connection leftOpen;
        DataSource dataSource;

        @Test
        void aLeavesOneOpen() throws SQLException {
            dataSource.getConnection().close();
            leftOpen = dataSource.getConnection();
        }

        @Test
        void bIsNotConcerned() throws SQLException {
            assertThat(leftOpen.isValid(1)).isFalse();
            assertThatThrownBy(() -> leftOpen.createStatement().execute("select 1"))
                    .isInstanceOf(SQLException.class);
            assertThat(query(
                            dataSource,
                            "select count(*) from pg_stat_activity"
                                    + " where datname = current_database() and usename = current_user"))
                    .isEqualTo("1");
        }
    }

    @TenantDatabase
    static class OnAnotherThread {

        @Test
        void aLeavesOneOpen(DataSource dataSource) throws Exception {
            Thread thread = new Thread(() -> aLeavesOneOpenThere(dataSource));
            thread.start();
            thread.join();
        }

        private static void aLeavesOneOpenThere(DataSource dataSource) {
            try {
                dataSource.getConnection();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @TenantDatabase
    static class FailsAndLeavesOneOpen {

        @Test
        void fails(DataSource dataSource) throws Exception {
            dataSource.getConnection();
            throw new IOException("as it should");
        }
    }

    @TestMethodOrder(MethodOrderer.MethodName.class)
    @TenantDatabase(scripts = {"/db/kinds.sql"})
    static class LeavesATransactionOpen {

        @Test
        void aLeavesOneOpen(@Unbound DataSource dataSource) throws SQLException {
            Connection leftOpen = dataSource.getConnection();
            leftOpen.setAutoCommit(false);
            try (Statement statement = leftOpen.createStatement()) {
                statement.execute("delete from kind where name = 'memo'");
            }
            execute(dataSource, "insert into kind values ('another')");
        }

        @Test
        void bStartsWithTheRowsOfTheSchema(@Unbound DataSource dataSource) throws SQLException {
            assertThat(query(dataSource, "select string_agg(name, ',' order by name) from kind"))
                    .isEqualTo("letter,memo");
        }
    }

    @TenantDatabase
    static class ClosesInAfterEach {

        private Connection connection;

        @Test
        void opens(DataSource dataSource) throws SQLException {
            connection = dataSource.getConnection();
        }

        @AfterEach
        void close() throws SQLException {
            connection.close();
        }
    }

    @TenantDatabase
    static class ClosesInAfterAll {

        private static Connection connection;

        @BeforeAll
        static void open(DataSource dataSource) throws SQLException {
            connection = dataSource.getConnection();
        }

        @Test
        void one() throws SQLException {
            assertThat(connection.isValid(1)).isTrue();
        }

        @Test
        void another() throws SQLException {
            assertThat(connection.isValid(1)).isTrue();
        }

        @AfterAll
        static void close() throws SQLException {
            assertThat(connection.isValid(1)).isTrue();
            connection.close();
        }
    }

    @TenantDatabase
    static class NeverCloses {

        @BeforeAll
        static void open(DataSource dataSource) throws SQLException {
            dataSource.getConnection();
        }

        @Test
        void isNotConcerned() {}
    }
}
