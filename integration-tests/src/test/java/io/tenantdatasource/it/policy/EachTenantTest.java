package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.EachTenant;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.TenantSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A statement for each tenant, on tables that are protected: it changes each row once, and for each tenant its own. */
@ParameterizedClass
@EnumSource(Solution.class)
class EachTenantTest {

    private static final String TENANTS = "select distinct organization_id from users order by 1";

    @Parameter
    private Solution solution;

    @AutoClose
    private ReviewedDatabase database;

    private PGSimpleDataSource maintenance;

    @BeforeEach
    void createTables() {
        database = ReviewedDatabase.protectedBy(solution);
        database.asAdministrator("alter table user_sessions add column changes int not null default 0,"
                + " add column changed_for text");
        maintenance = database.database().administrator();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void itChangesEachRowOnceAndForEachTenantItsOwn(int parallelism) throws SQLException {
        try (TenantDataSource pool = pool(parallelism)) {
            EachTenant.from(maintenance, TENANTS)
                    .parallelism(parallelism)
                    .run(tenant -> update(
                            pool,
                            "update user_sessions set changes = changes + 1,"
                                    + " changed_for = current_setting('app.organization_id')"))
                    .throwIfFailed();
        }

        assertThat(all("select string_agg(distinct changes::text, ' ') from user_sessions where user_id in (select id"
                        + " from users where organization_id is not null)"))
                .isEqualTo("1");
        assertThat(all("select count(*) from user_sessions s join users u on u.id = s.user_id"
                        + " where s.changed_for <> u.organization_id::text"))
                .isEqualTo("0");
        assertThat(all("select count(distinct changed_for) from user_sessions")).isEqualTo("2");
    }

    @Test
    void whatFailsForOneIsRolledBackForThatOneAndDoneForTheOthers() throws SQLException {
        var report = EachTenant.from(maintenance, TENANTS).run(tenant -> {
            update(database.bound(), "update user_sessions set changes = changes + 1");
            if (tenant.equals(ACME)) {
                update(database.bound(), "update user_sessions set changes = 1 / 0");
            }
        });

        assertThat(report.done()).containsExactly(GLOBEX);
        assertThat(report.failed()).containsOnlyKeys(ACME);

        EachTenant.from(maintenance, TENANTS)
                .skip(report.done()::contains)
                .run(tenant -> update(database.bound(), "update user_sessions set changes = 1"))
                .throwIfFailed();
        assertThat(database.query(GLOBEX, "select max(changes) from user_sessions"))
                .isEqualTo("1");
        assertThat(database.query(ACME, "select min(changes) from user_sessions"))
                .isEqualTo("1");
    }

    @Test
    void theTenantsAreFoundInTheOrderOfTheQuery() throws SQLException {
        assertThat(TenantSource.from(maintenance, TENANTS).tenants())
                .containsExactlyInAnyOrder(ACME, GLOBEX)
                .isSortedAccordingTo((one, other) -> one.organizationId().compareTo(other.organizationId()));
    }

    @Test
    void aBoundDataSourceThatShowsNobodyIsToldFromOneThatHasNobody() {
        assertThatThrownBy(() -> EachTenant.from(database.bound(), "select user_id from user_sessions")
                        .run(tenant -> {}))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("02000"))
                .hasMessageContaining("TenantDataSource.pool()");
    }

    @Test
    void theCallersTenantDoesNotNarrowTheQuery() throws SQLException {
        List<Tenant> found = new ArrayList<>();
        database.asAdministrator("create table organizations as " + TENANTS + "; grant select on organizations to "
                + database.application().getUser());

        try (TenantContext.Scope scope = TenantContext.open(ACME)) {
            EachTenant.from(
                            database.bound(),
                            "select organization_id from organizations where"
                                    + " coalesce(current_setting('app.organization_id', true), '') = '' order by 1")
                    .run(found::add);
        }

        assertThat(found).containsExactlyInAnyOrder(ACME, GLOBEX);
    }

    @Test
    void aPoolThatIsNotBoundMayHaveNobody() throws SQLException {
        assertThat(EachTenant.from(maintenance, "select id from users where false")
                        .run(tenant -> {})
                        .isComplete())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"select null::uuid", "select id, organization_id from users", "select 1 / 0", "select ' '"})
    void aQueryThatTellsNoTenantsThrowsBeforeAnythingRuns(String sql) {
        List<Tenant> ran = new ArrayList<>();

        assertThatThrownBy(() -> EachTenant.from(maintenance, sql).run(ran::add))
                .isInstanceOfAny(SQLException.class, IllegalArgumentException.class);
        assertThat(ran).isEmpty();
    }

    @Test
    void theQuerysConnectionIsBackBeforeTasksTakeTheirs() throws SQLException {
        try (TenantDataSource pool = pool(1)) {
            assertThat(EachTenant.from(pool.pool(), "select '" + ACME.organizationId() + "'")
                            .run(tenant -> update(pool, "update user_sessions set changes = 1"))
                            .throwIfFailed()
                            .done())
                    .containsExactly(ACME);
        }
    }

    private TenantDataSource pool(int connections) {
        HikariDataSource pool = new HikariDataSource();
        pool.setDataSource(database.application());
        pool.setMaximumPoolSize(connections);
        pool.setConnectionTimeout(10_000);
        return TenantDataSource.wrap(pool);
    }

    private static void update(TenantDataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private String all(String sql) throws SQLException {
        return database.catalog(sql);
    }
}
