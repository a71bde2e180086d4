package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

/** What is bound besides the organization; and promise 6: values are values, whatever they hold. */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#poolsAndBindings")
class SettingsAndRoleTest {

    /** PgBouncer before 1.20 takes no options from who connects. */
    private static final String[] AS_THE_SERVER_HAS_IT = {""};

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    private PGSimpleDataSource user;

    @BeforeEach
    void createUser() {
        user = DATABASE.createUser("app");
    }

    @Test
    void userIsBoundAndDoesNotStayForTheOrganizationAsAWhole() throws SQLException {
        UUID id = UUID.randomUUID();
        try (Wrapped wrapped = Wrapped.over(user, setup)) {
            assertThat(wrapped.queryAs(ACME.withUser(id), setting("app.user_id")))
                    .isEqualTo(id.toString());
            assertThat(wrapped.queryAs(ACME, setting("app.user_id"))).isEmpty();
        }
    }

    @Test
    void settingsCanHaveOtherNames() throws SQLException {
        try (Wrapped wrapped = Wrapped.over(
                user, setup, builder -> builder.organizationSetting("my.org$1").userSetting("my.deep.user"))) {
            Tenant tenant = ACME.withUser("u");
            assertThat(wrapped.queryAs(tenant, setting("my.org$1"))).isEqualTo(ACME.organizationId());
            assertThat(wrapped.queryAs(tenant, setting("my.deep.user"))).isEqualTo("u");
            assertThat(wrapped.queryAs(tenant, setting("app.organization_id"))).isNullOrEmpty();
        }
    }

    @Test
    void furtherSettingsComeAndGoWithTheTenant() throws SQLException {
        try (Wrapped wrapped = Wrapped.over(
                user,
                setup,
                builder -> builder.setting("app.plan", t -> t.equals(ACME) ? "gold" : null)
                        .setting("app.region", t -> "eu"))) {
            assertThat(wrapped.queryAs(ACME, setting("app.plan"))).isEqualTo("gold");
            assertThat(wrapped.queryAs(ACME, setting("app.region"))).isEqualTo("eu");
            assertThat(Sql.query(wrapped.pool, setting("app.plan"))).isNullOrEmpty();
            assertThat(wrapped.queryAs(GLOBEX, setting("app.plan"))).isEmpty();
            assertThat(Sql.query(wrapped.dataSource, setting("app.region")))
                    .as("without a tenant")
                    .isEmpty();
        }
    }

    @Test
    void valueThatCannotBeStoredIsRefusedBeforeAConnectionIsBorrowed() throws SQLException {
        try (Wrapped wrapped = Wrapped.over(user, setup, builder -> builder.setting("app.plan", t -> "a\0b"))) {
            assertThatThrownBy(() -> wrapped.checkout(ACME))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("app.plan")
                    .hasMessageContaining("NUL")
                    .hasMessageContaining("No connection was borrowed");
        }
    }

    @Test
    void roleIsAssumedWithTheTenantAndGivenUpOnReturn() throws SQLException {
        String role = user.getUser() + "_role";
        DATABASE.execute("create role \"" + role + "\"; grant \"" + role + "\" to " + user.getUser());
        try (Wrapped wrapped = Wrapped.over(user, setup, builder -> builder.assumeRole(role))) {
            assertThat(wrapped.queryAs(ACME, "select current_user")).isEqualTo(role);
            assertThat(Sql.query(wrapped.dataSource, "select current_user"))
                    .as("without a tenant too")
                    .isEqualTo(role);
            assertThat(Sql.query(wrapped.pool, "select current_user")).isEqualTo(user.getUser());
        } finally {
            DATABASE.execute("drop role \"" + role + "\"");
        }
    }

    @Test
    void roleAndSettingsSurviveRollback() throws SQLException {
        String role = user.getUser() + " Odd\"Role";
        String quoted = "\"" + role.replace("\"", "\"\"") + "\"";
        DATABASE.execute("create role " + quoted + "; grant " + quoted + " to " + user.getUser());
        try (Wrapped wrapped = Wrapped.over(user, setup, b -> b.assumeRole(role).setting("app.plan", t -> "gold"));
                Connection connection = wrapped.checkout(ACME)) {
            connection.setAutoCommit(false);
            Sql.query(connection, "select 1");
            connection.rollback();
            assertThat(Sql.query(connection, "select current_user")).isEqualTo(role);
            assertThat(Sql.query(connection, setting("app.plan"))).isEqualTo("gold");
        } finally {
            DATABASE.execute("drop role " + quoted);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; drop table note; --",
                "\\'; drop table note; --",
                "\\",
                "O'Reilly \"&\" Söhne",
                "$1 $$ ? :name {fn now()}",
                "\uD83D\uDE80 漢字",
                " leading and trailing ",
                "line\nbreak\ttab\u0001"
            })
    void valuesArriveAsTheyAre(String organization) throws SQLException {
        for (PreferQueryMode mode : new PreferQueryMode[] {PreferQueryMode.EXTENDED, PreferQueryMode.SIMPLE}) {
            for (String conforming : setup.behindPooler() ? AS_THE_SERVER_HAS_IT : new String[] {"on", "off"}) {
                user.setPreferQueryMode(mode);
                user.setOptions(conforming.isEmpty() ? null : "-c standard_conforming_strings=" + conforming);
                try (Wrapped wrapped = Wrapped.over(user, setup)) {
                    assertThat(wrapped.queryAs(Tenant.of(organization), setting("app.organization_id")))
                            .isEqualTo(organization);
                }
            }
        }
    }

    @Test
    void valuesArriveAlsoWhenTheDriverSendsTextWithoutAType() throws SQLException {
        user.setProperty("stringtype", "unspecified");
        try (Wrapped wrapped = Wrapped.over(user, setup)) {
            assertThat(wrapped.queryAs(ACME, setting("app.organization_id"))).isEqualTo(ACME.organizationId());
        }
    }

    @Test
    void valuesAreNoPartOfTheStatement() throws SQLException {
        String activity = "select query from pg_stat_activity where usename = '" + user.getUser() + "'";
        try (Wrapped wrapped = Wrapped.over(user, setup);
                Connection connection = wrapped.checkout(Tenant.of("O'Reilly"))) {
            if (setup.bindsAtCheckout()) {
                assertThat(Sql.query(DATABASE.administrator(), activity))
                        .startsWith("select pg_catalog.set_config($1, $2, false)")
                        .doesNotContain("O'Reilly");
            }
            assertThat(Sql.query(connection, activity)).doesNotContain("O'Reilly");
            try (PreparedStatement statement = connection.prepareStatement(activity);
                    ResultSet result = statement.executeQuery()) {
                result.next();
                assertThat(result.getString(1)).doesNotContain("O'Reilly");
            }
        }
    }

    private static String setting(String name) {
        return "select current_setting('" + name + "', true)";
    }
}
