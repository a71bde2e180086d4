package io.tenantdatasource.test;

import static io.tenantdatasource.test.Sql.execute;
import static io.tenantdatasource.test.Sql.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.TenantDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

@AsTenant("acme")
@TenantDatabase(
        schema = TenantDatabaseTest.Kinds.class,
        scripts = {"/db/notes.sql"})
class TenantDatabaseTest {

    static class Kinds implements DatabaseTemplate.Schema {

        @Override
        public void create(DataSource owner) throws SQLException {
            execute(owner, "create table kind (name text)");
            execute(owner, "insert into kind values ('memo')");
            execute(owner, "grant select on kind to authenticated");
        }
    }

    private final DataSource ofConstructor;

    TenantDatabaseTest(DataSource dataSource) {
        this.ofConstructor = dataSource;
    }

    @BeforeEach
    void writeOne(DataSource dataSource) throws SQLException {
        execute(dataSource, "insert into note (text) values ('before each')");
    }

    @Test
    void schemaAndScriptsHaveMadeTheTables(DataSource dataSource) throws SQLException {
        assertThat(query(dataSource, "select name from kind")).isEqualTo("memo");
        assertThat(query(dataSource, "select text from note")).isEqualTo("before each");
    }

    @RepeatedTest(2)
    void eachRunStartsWithTheSameRows(DataSource dataSource) throws SQLException {
        assertThat(query(dataSource, "select count(*) || ' to ' || max(id) from note"))
                .isEqualTo("1 to 1");
        execute(dataSource, "insert into note (text) values ('mine')");
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme", "globex"})
    void eachOrganizationSeesItsOwn(@AsTenant String organization, TenantDataSource dataSource) throws SQLException {
        execute(dataSource, "insert into note (text) values ('of " + organization + "')");
        assertThat(query(dataSource, "select max(text) from note")).isEqualTo("of " + organization);
    }

    @Test
    void theUnboundOneSeesNothing(@Unbound DataSource dataSource, @Owner DataSource owner) throws SQLException {
        assertThat(query(dataSource, "select count(*) from note")).isEqualTo("0");
        execute(owner, "alter table note no force row level security");
        assertThat(query(owner, "select count(*) from note")).isEqualTo("1");
        execute(owner, "alter table note force row level security");
    }

    @Test
    void theApplicationsUserOwnsNothingAndIsAMember(DataSource bound, @Unbound DataSource unbound) throws SQLException {
        assertThat(query(bound, "select current_user")).isEqualTo(query(unbound, "select current_user"));
        assertThat(query(bound, """
                select count(*) filter (where rolsuper or rolbypassrls or rolcreaterole)
                    || ' ' || pg_has_role(current_user, 'authenticated', 'member')
                    || ' ' || (select count(*) from pg_class where relowner = current_user::regrole)
                  from pg_roles where rolname = current_user""")).isEqualTo("0 true 0");
        assertThatThrownBy(() -> execute(bound, "create table mine ()")).hasMessageContaining("permission denied");
    }

    @Test
    void theOwnerIsNoSuperuser(@Owner DataSource owner) throws SQLException {
        assertThat(query(owner, "select rolsuper from pg_roles where rolname = current_user"))
                .isEqualTo("f");
        execute(owner, "alter table kind owner to current_user");
    }

    @Test
    void theDatabaseTellsTheSame(TestDatabase database, @Unbound DataSource unbound, @Owner DataSource owner)
            throws SQLException {
        String user = "select current_user || current_database()";
        assertThat(query(database.application(), user)).isEqualTo(query(unbound, user));
        assertThat(query(database.owner(), user)).isEqualTo(query(owner, user));
    }

    @Test
    void theDriverCanBeReached(DataSource dataSource, @Unbound DataSource unbound) throws SQLException {
        assertThat(dataSource.isWrapperFor(PGSimpleDataSource.class)).isTrue();
        assertThat(unbound.unwrap(PGSimpleDataSource.class).getServerNames()).isNotEmpty();
        try (Connection connection = dataSource.getConnection();
                Connection raw = unbound.getConnection()) {
            assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isPositive();
            assertThat(raw.unwrap(PGConnection.class).getBackendPID()).isPositive();
        }
    }

    @Test
    void aConstructorIsGivenTheSame(DataSource dataSource) {
        assertThat(ofConstructor).isSameAs(dataSource);
    }

    @Nested
    @AsTenant("globex")
    class Nesting {

        @Test
        void sharesTheDatabase(DataSource dataSource) throws SQLException {
            assertThat(dataSource).isSameAs(ofConstructor);
            assertThat(query(dataSource, "select organization_id from note"))
                    .isEqualTo(Tenants.GLOBEX.organizationId());
        }
    }

    @Nested
    @TenantDatabase(
            scripts = {"/db/kinds.sql", "/db/notes.sql"},
            memberOf = {"authenticated", "Another \"role\""})
    class WithADatabaseOfItsOwn {

        @Test
        void isGivenThat(DataSource dataSource) throws SQLException {
            assertThat(query(dataSource, "select count(*) from kind")).isEqualTo("2");
        }

        @Test
        void itsUserIsAMemberOfEachRole(@Unbound DataSource dataSource) throws SQLException {
            assertThat(query(dataSource, "select pg_has_role('Another \"role\"', 'member')"))
                    .isEqualTo("t");
        }

        @Test
        void soAreTheMethodsAroundIt(DataSource dataSource) {
            assertThat(dataSource).isSameAs(ofConstructor);
        }
    }
}
