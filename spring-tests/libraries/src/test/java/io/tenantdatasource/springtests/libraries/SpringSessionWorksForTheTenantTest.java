package io.tenantdatasource.springtests.libraries;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.Tenants;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.WithoutTenant;
import jakarta.servlet.http.Cookie;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.session.Session;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.session.web.http.SessionRepositoryFilter;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;

/** Spring Session's own tables, protected, through its repository and through its filter. */
@BooksTest
@AsTenant("acme")
class SpringSessionWorksForTheTenantTest {

    private final JdbcIndexedSessionRepository repository;
    private final Sessions<? extends Session> sessions;
    private final JdbcTemplate administrator;

    SpringSessionWorksForTheTenantTest(
            @Autowired JdbcIndexedSessionRepository repository, @Autowired TestDatabase database) {
        this.repository = repository;
        this.sessions = Sessions.of(repository);
        this.administrator = new JdbcTemplate(database.administrator());
    }

    @Test
    void findsTheTenantsOwn() {
        String id = sessions.create("anna");

        assertThat(sessions.theme(id)).contains("dark");
        assertThat(sessions.idsOf("anna")).containsExactly(id);
    }

    @Test
    void showsNoneToAnother() throws Exception {
        String id = sessions.create("anna");

        assertThat(Tenants.as(GLOBEX, () -> sessions.theme(id))).isEmpty();
        assertThat(Tenants.as(GLOBEX, () -> sessions.idsOf("anna"))).isEmpty();
    }

    @Test
    void letsNobodyElseEndOne() throws Exception {
        String id = sessions.create("anna");

        Tenants.as(GLOBEX, () -> repository.deleteById(id));

        assertThat(sessions.theme(id)).contains("dark");
    }

    @Test
    void letsNobodyElseChangeOne() throws Exception {
        String id = sessions.create("anna");

        sessions.changeAs(GLOBEX, id, "theme");

        assertThat(sessions.theme(id)).contains("dark");
    }

    @Test
    void letsNobodyElseAddToOne(@Autowired JdbcTemplate application) {
        String id = sessions.create("anna");
        String primaryId = administrator.queryForObject(
                "select primary_id from spring_session where session_id = ?", String.class, id);

        assertThatThrownBy(() -> Tenants.as(
                        GLOBEX,
                        () -> application.update(
                                "insert into spring_session_attributes (session_primary_id, attribute_name, attribute_bytes)"
                                        + " values (?, 'visits', '')",
                                primaryId)))
                .isInstanceOf(DataIntegrityViolationException.class);
    }

    @Test
    @WithoutTenant
    void keepsNoneWithoutATenant() {
        assertThatThrownBy(() -> sessions.create("anna")).hasStackTraceContaining("row-level security policy");
    }

    @Test
    @WithoutTenant
    void tellsWhoseALiveOneIsBeforeTheTenantIsKnown(@Autowired DataSource dataSource) throws Exception {
        String id = Tenants.as(GLOBEX, () -> sessions.create("otto"));

        assertThat(organizationOf(dataSource, id)).contains(GLOBEX.organizationId());
        expire(id);
        assertThat(organizationOf(dataSource, id)).isEmpty();
    }

    private static Optional<String> organizationOf(DataSource dataSource, String id) throws SQLException {
        return BooksSchema.login().tenantOf(dataSource, id).map(Tenant::organizationId);
    }

    @Test
    @WithoutTenant
    void cleansUpForAllTenants() throws Exception {
        String expired = Tenants.as(ACME, () -> sessions.create("anna"));
        String live = Tenants.as(GLOBEX, () -> sessions.create("otto"));
        expire(expired);

        repository.cleanUpExpiredSessions();

        assertThat(administrator.queryForList("select session_id from spring_session", String.class))
                .containsExactly(live);
    }

    @Test
    void cleansUpNothingThatLivesWhateverTheApplicationAsksFor(@Autowired JdbcTemplate application) {
        String live = sessions.create("anna");

        application.update("call spring_session_clean_up(?)", Long.MAX_VALUE);

        assertThat(sessions.idsOf("anna")).containsExactly(live);
    }

    private void expire(String id) {
        administrator.update(
                "update spring_session set expiry_time = ? where session_id = ?",
                Instant.now().minus(Duration.ofMinutes(1)).toEpochMilli(),
                id);
    }

    @Test
    void servesRequestsOfTheTenant(@Autowired WebApplicationContext application) throws Exception {
        MockMvc mvc = MockMvcBuilders.webAppContextSetup(application)
                .addFilters(application.getBean(SessionRepositoryFilter.class))
                .build();
        Cookie session = mvc.perform(MockMvcRequestBuilders.post("/visits"))
                .andReturn()
                .getResponse()
                .getCookie("SESSION");

        assertThat(visit(mvc, session)).isEqualTo("2");
        assertThat(Tenants.as(GLOBEX, () -> visit(mvc, session))).isEqualTo("1");
        assertThat(visit(mvc, session)).isEqualTo("3");
    }

    private static String visit(MockMvc mvc, Cookie session) throws Exception {
        return mvc.perform(MockMvcRequestBuilders.post("/visits").cookie(session))
                .andReturn()
                .getResponse()
                .getContentAsString();
    }
}
