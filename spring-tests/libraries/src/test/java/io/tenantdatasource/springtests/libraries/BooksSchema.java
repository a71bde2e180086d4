package io.tenantdatasource.springtests.libraries;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.policy.SessionLogin;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.TablePolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.Tenants;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/** What the application finds in its database: two books of acme, with chapters, and one of globex. */
public final class BooksSchema implements DatabaseTemplate.Schema {

    /** A book of acme. */
    public static final long ANVILS = 1;

    /** Another book of acme. */
    static final long ROCKETS = 2;

    /** A book of globex. */
    static final long LASERS = 3;

    @Override
    public void create(DataSource owner) throws SQLException {
        run(owner, "books.sql");
        addBooks(new JdbcTemplate(owner));
        TablePolicies.ownColumn("books").apply(owner);
        TablePolicies.throughParent("chapters", "books").apply(owner);

        run(owner, "org/springframework/batch/core/schema-postgresql.sql");
        run(owner, "batch-rights.sql");

        run(owner, "org/springframework/session/jdbc/schema-postgresql.sql");
        runAtOnce(owner, "io/tenantdatasource/spring/session/spring-session.sql");
        TablePolicies.ownColumn("spring_session").apply(owner);
        TablePolicies.ownColumn("spring_session_attributes").apply(owner);
        login().apply(owner);
    }

    /** Tells whose one of Spring Session's sessions is. */
    static SessionLogin login() {
        return SessionLogin.byToken(SessionPolicies.ownColumn()
                        .sessionsTable("spring_session")
                        .sessionTokenColumn("session_id")
                        .sessionUserColumn("principal_name")
                        .sessionExpiresColumn("expiry_time"))
                .loginFunction("spring_session_login");
    }

    private static void addBooks(JdbcTemplate owner) {
        add(owner, Tenants.ACME, "anvils");
        add(owner, Tenants.ACME, "rockets");
        add(owner, Tenants.GLOBEX, "lasers");
        owner.update("insert into chapters (book_id, title) values (?, 'forging'), (?, 'dropping')", ANVILS, ANVILS);
        owner.update("insert into languages (code, name) values ('en', 'English')");
    }

    private static void add(JdbcTemplate owner, Tenant tenant, String title) {
        owner.update("insert into books (organization_id, title) values (?::uuid, ?)", tenant.organizationId(), title);
    }

    private static void run(DataSource owner, String script) {
        new ResourceDatabasePopulator(new ClassPathResource(script)).execute(owner);
    }

    /** Holds bodies with semicolons. */
    private static void runAtOnce(DataSource owner, String script) {
        ResourceDatabasePopulator populator = new ResourceDatabasePopulator(new ClassPathResource(script));
        populator.setSeparator(ScriptUtils.EOF_STATEMENT_SEPARATOR);
        populator.execute(owner);
    }
}
