package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Promise 1 for the queries of {@link java.sql.DatabaseMetaData}. They compare names with {@code LIKE}, which here is an
 * operator that tells for whom it was asked.
 */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class MetaDataQueriesAreBoundTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    @AutoClose
    private Wrapped wrapped;

    private Connection connection;

    @BeforeAll
    static void createTellingOperator() {
        DATABASE.execute("""
                create schema telling;
                create table telling.seen (organization text);
                create function telling.is_like(name name, pattern text) returns boolean language plpgsql as $$
                  begin
                    insert into telling.seen values (current_setting('app.organization_id', true));
                    return name operator(pg_catalog.~~) pattern;
                  end $$;
                create function telling.is_like(name name, pattern name) returns boolean language sql
                  as $$ select telling.is_like(name, pattern::text) $$;
                create operator telling.~~ (leftarg = name, rightarg = text, function = telling.is_like);
                create operator telling.~~ (leftarg = name, rightarg = name, function = telling.is_like);
                """);
    }

    @BeforeEach
    void checkOut() throws SQLException {
        DATABASE.execute("truncate telling.seen");
        PGSimpleDataSource user = DATABASE.createUser("app");
        DATABASE.execute("alter role " + user.getUser() + " superuser");
        DATABASE.execute("alter role " + user.getUser() + " set search_path = telling, pg_catalog");
        wrapped = Wrapped.over(user, setup);
        connection = wrapped.checkout(ACME);
    }

    @AfterEach
    void giveBack() throws SQLException {
        connection.close();
        wrapped.assertClean();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tables(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        for (int i = 0; i < 10; i++) {
            try (ResultSet tables = connection.getMetaData().getTables(null, "telling", "seen", null)) {
                assertThat(tables.next()).isTrue();
            }
            if (!autoCommit) {
                connection.commit();
            }
        }
        assertAllSeenByAcme();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void columns(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        try (ResultSet columns = connection.getMetaData().getColumns(null, "telling", "seen", "organization")) {
            assertThat(columns.next()).isTrue();
        }
        if (!autoCommit) {
            connection.commit();
        }
        assertAllSeenByAcme();
    }

    private static void assertAllSeenByAcme() throws SQLException {
        assertThat(Sql.query(
                        DATABASE.administrator(), "select string_agg(distinct organization, ', ') from telling.seen"))
                .isEqualTo(ACME.organizationId());
    }
}
