package io.tenantdatasource.it.policy.attack;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.it.policy.ReviewedDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A plan outlives the checkout that it was made in, and even the role. What it shows is asked again each time. */
@OverEachSolution
class PlansTest extends Attack {

    private static final String TOKENS =
            "select string_agg(session_token, ' ' order by session_token) from user_sessions";
    private static final String OF_ACME = "alice-old alice-phone bob-laptop";
    private static final String OF_GLOBEX = "carol-laptop carol-old";

    @ParameterizedTest
    @ValueSource(strings = {"auto", "force_generic_plan", "force_custom_plan"})
    void aPreparedStatementThatStaysOnItsConnectionServesEachTenantItsOwn(String planCacheMode) throws SQLException {
        PGSimpleDataSource driver = database.application();
        driver.setPrepareThreshold(1);
        driver.setOptions("-c plan_cache_mode=" + planCacheMode);
        try (TenantDataSource pool = poolOfOne()) {
            for (int i = 0; i < 14; i++) {
                assertThat(tokens(pool, i % 2 == 0 ? ACME : GLOBEX)).isEqualTo(i % 2 == 0 ? OF_ACME : OF_GLOBEX);
            }
            String kind = planCacheMode.equals("force_generic_plan") ? "generic_plans" : "custom_plans";
            try (TenantContext.Scope scope = TenantContext.open(ACME);
                    Connection connection = pool.getConnection()) {
                String plans =
                        "select sum(" + kind + ") >= 5 from pg_prepared_statements where statement ~ 'string_agg'";
                assertThat(ReviewedDatabase.first(connection, plans)).isEqualTo("t");
            }
        } finally {
            driver.setPrepareThreshold(5);
            driver.setOptions(null);
        }
    }

    private static String tokens(TenantDataSource pool, Tenant tenant) throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(tenant);
                Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(TOKENS + " where session_token > ?")) {
            statement.setString(1, "");
            try (ResultSet result = statement.executeQuery()) {
                assertThat(result.next()).isTrue();
                return result.getString(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "force_generic_plan", "force_custom_plan"})
    void whatSqlPreparesServesEachTenantItsOwn(String planCacheMode) throws SQLException {
        try (Client session = Client.unbound(database)) {
            session.must("set plan_cache_mode = " + planCacheMode);
            session.must("prepare plain as " + TOKENS);
            session.must("prepare by_token (text) as " + TOKENS + " where session_token = $1");
            session.must("prepare change (text) as update user_sessions set ip_address = $1");
            for (int i = 0; i < 8; i++) {
                session.workFor(ACME);
                assertThat(session.first("execute plain")).isEqualTo(OF_ACME);
                assertThat(session.first("execute by_token ('carol-old')")).isEqualTo("null");
                assertThat(session.must("execute change ('x')").changed()).isEqualTo(3);
                session.workFor(GLOBEX);
                assertThat(session.first("execute plain")).isEqualTo(OF_GLOBEX);
                assertThat(session.first("execute by_token ('carol-old')")).isEqualTo("carol-old");
                assertThat(session.must("execute change ('x')").changed()).isEqualTo(2);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "language plpgsql as $$ begin return (%s); end $$",
                "language plpgsql stable as $$ declare found text; begin %s into found; return found; end $$",
                "language sql as $$ %s $$",
                "language sql stable return (%s)",
            })
    void aFunctionsPlanServesEachTenantItsOwn(String body) throws SQLException {
        try (Client session = Client.unbound(database)) {
            session.must("set plan_cache_mode = force_generic_plan");
            session.must("create function pg_temp.tokens() returns text " + body.formatted(TOKENS));
            for (int i = 0; i < 8; i++) {
                session.workFor(ACME);
                assertThat(session.first("select pg_temp.tokens()")).isEqualTo(OF_ACME);
                session.workFor(GLOBEX);
                assertThat(session.first("select pg_temp.tokens()")).isEqualTo(OF_GLOBEX);
            }
        }
    }

    /** What a superuser's function has planned would show everything (CVE-2016-2193, CVE-2024-10976). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "select string_agg(session_token, ' ' order by session_token) from user_sessions",
                "with t as (table user_sessions) select string_agg(session_token, ' ' order by session_token) from t",
                "select (select string_agg(session_token, ' ' order by session_token) from user_sessions)",
            })
    void aPlanIsMadeAnewForTheRoleThatRunsIt(String query) throws SQLException {
        database.asAdministrator("""
                drop function if exists report(), tokens();
                create function tokens() returns text language plpgsql as $$ begin return (%s); end $$;
                create function report() returns text language plpgsql security definer as
                  $$ begin return tokens(); end $$;
                """.formatted(query));
        attacker.must("set local plan_cache_mode = force_generic_plan");
        for (int i = 0; i < 3; i++) {
            assertThat(attacker.first("select report()")).contains("carol");
            assertThat(attacker.first("select tokens()")).isEqualTo(OF_ACME);
        }
    }

    /** A role that falls under no policy sees nothing, also by what another one has prepared. */
    @Test
    void aPreparedStatementShowsARoleNoMoreThanItMaySee() throws SQLException {
        String stranger = database.database().createUser("stranger").getUser();
        database.asAdministrator(
                "grant " + stranger + " to " + database.application().getUser());
        database.asAdministrator("grant select on user_sessions to " + stranger);
        attacker.must("prepare plain as " + TOKENS);
        assertThat(attacker.first("execute plain")).isEqualTo(OF_ACME);
        attacker.must("set role " + stranger);
        assertThat(attacker.first("execute plain")).isEqualTo("null");
        attacker.must("reset role");
        assertThat(attacker.first("execute plain")).isEqualTo(OF_ACME);
    }

    /** Which rows there are for a tenant is worked out once, when the first row is fetched. */
    @Test
    void aCursorShowsTheTenantOfItsFirstFetchToTheEnd() throws SQLException {
        try (Client session = Client.unbound(database)) {
            session.workFor(ACME);
            session.must("declare begun cursor for select session_token from user_sessions order by 1");
            session.must("declare untouched cursor for select session_token from user_sessions order by 1");
            session.must("fetch 1 from begun");
            session.workFor(GLOBEX);
            assertThat(session.must("fetch all from begun").rows()).isEqualTo(List.of("alice-phone", "bob-laptop"));
            assertThat(session.must("fetch all from untouched").rows()).isEqualTo(List.of("carol-laptop", "carol-old"));
        }
    }
}
