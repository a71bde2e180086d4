package io.tenantdatasource.springweb.configuration;

import static io.tenantdatasource.springweb.configuration.RequestTenants.application;
import static io.tenantdatasource.springweb.configuration.RequestTenants.send;
import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.policy.SessionLogin;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import io.tenantdatasource.springweb.configuration.RequestTenants.Seen;
import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import jakarta.servlet.http.Cookie;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.mock.web.MockHttpServletRequest;

/** The token in a cookie is looked up by the login function of the database. */
@TenantDatabase(
        schema = SessionCookieTest.Schema.class,
        memberOf = {"authenticated", "session_login"})
class SessionCookieTest {

    private static final SessionPolicies POLICIES = SessionPolicies.throughUsers();
    private static final SessionLogin LOGIN = SessionLogin.byToken(POLICIES);
    private static final String ANNA = "6c7b0a5e-6f4c-4b43-9d0c-2a4b9b3f5a10";

    private TestDatabase database;

    static final class Schema implements DatabaseTemplate.Schema {

        @Override
        public void create(DataSource owner) throws SQLException {
            new ResourceDatabasePopulator(new ClassPathResource("user-sessions.sql")).execute(owner);
            POLICIES.apply(owner);
            LOGIN.apply(owner);
        }
    }

    @BeforeEach
    void annaHasASession(TestDatabase injected) {
        database = injected;
        database.execute("insert into users values ('%s', '%s')".formatted(ANNA, ACME.organizationId()));
        database.execute("insert into user_sessions (user_id, session_token, expires_at) values"
                + " ('%1$s', 'one', now() + interval '1 hour'), ('%1$s', 'old', now() - interval '1 hour')"
                        .formatted(ANNA));
    }

    @Test
    void theSessionsUserIsTheTenant() {
        assertThat(sent(new Cookie("token", "one")).tenant()).contains(ACME.withUser(ANNA));
    }

    @Test
    void otherCookiesAreNobodys() {
        assertThat(sent().tenant()).isEmpty();
        assertThat(sent(new Cookie("token", "old")).tenant()).isEmpty();
        assertThat(sent(new Cookie("token", "%")).tenant()).isEmpty();
        assertThat(sent(new Cookie("TOKEN", "one")).tenant()).isEmpty();
        assertThat(sent(new Cookie("token", "one"), new Cookie("token", "planted"))
                        .tenant())
                .isEmpty();
    }

    @Test
    void theTokenIsLookedUpOnTheDataSourceThatIsNamed() {
        application(
                        "tenant-datasource.tenant.session-cookie.name=token",
                        "tenant-datasource.tenant.session-cookie.data-source=frontDoor")
                .withBean(SessionLogin.class, () -> LOGIN)
                .withBean("application", DataSource.class, database::owner)
                .withBean("frontDoor", DataSource.class, database::application)
                .run(context -> assertThat(send(context, request(new Cookie("token", "one")))
                                .tenant())
                        .contains(ACME.withUser(ANNA)));
    }

    /** Before the look-up nobody can know the tenant, so none is missing. */
    @Test
    void theApplicationsOwnDataSourceIsAskedWithoutATenantAlsoWhereOneIsRequired() {
        application("tenant-datasource.tenant.session-cookie.name=token", "tenant-datasource.on-missing-tenant=fail")
                .withConfiguration(AutoConfigurations.of(TenantDataSourceAutoConfiguration.class))
                .withBean(SessionLogin.class, () -> LOGIN)
                .withBean(DataSource.class, database::application)
                .run(context -> {
                    assertThat(context.getBean(DataSource.class)).isInstanceOf(TenantDataSource.class);
                    assertThat(send(context, request(new Cookie("token", "one")))
                                    .tenant())
                            .contains(ACME.withUser(ANNA));
                });
    }

    @Test
    void aLookUpThatFailsFailsTheRequestAndTellsNoToken() {
        application("tenant-datasource.tenant.session-cookie.name=token")
                .withBean(SessionLogin.class, () -> LOGIN.loginFunction("missing"))
                .withBean(DataSource.class, database::application)
                .run(context -> assertThatThrownBy(() -> send(context, request(new Cookie("token", "one-secret"))))
                        .hasMessageContaining("'token'")
                        .hasMessageNotContaining("one-secret"));
    }

    private Seen sent(Cookie... cookies) {
        Seen[] seen = new Seen[1];
        WebApplicationContextRunner application = application("tenant-datasource.tenant.session-cookie.name=token")
                .withBean(SessionLogin.class, () -> LOGIN)
                .withBean(DataSource.class, database::application);
        application.run(context -> seen[0] = send(context, request(cookies)));
        return seen[0];
    }

    private static MockHttpServletRequest request(Cookie... cookies) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        if (cookies.length > 0) {
            request.setCookies(cookies);
        }
        return request;
    }
}
