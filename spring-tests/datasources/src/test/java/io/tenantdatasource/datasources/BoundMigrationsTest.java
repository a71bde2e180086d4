package io.tenantdatasource.datasources;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tenantdatasource.policy.TablePolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Flyway and Liquibase migrate as the owner of a protected table: that is told, or stops the application, or does its work. */
class BoundMigrationsTest {

    private static final DatabaseTemplate LETTERS = DatabaseTemplate.of(owner -> {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table letters (organization_id uuid not null, body text)");
            statement.execute("insert into letters values (gen_random_uuid()), (gen_random_uuid())");
        }
    });

    /** Roles belong to the whole server. */
    private final String role = "maintenance_" + UUID.randomUUID().toString().replace("-", "");

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.tenantdatasource.spring.migration");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @AutoClose
    private TestDatabase database;

    @BeforeEach
    void protect() throws SQLException {
        database = LETTERS.copy();
        database.application();
        database.execute("create role " + role + " nologin");
        TablePolicies.ownColumn("letters").maintenanceRole(role).apply(database.owner());
    }

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.WARN);
    }

    @AfterEach
    void dropRole() {
        logger.detachAppender(log);
        database.execute("drop owned by " + role + "; drop role " + role);
    }

    private ApplicationContextRunner flyway() {
        PGSimpleDataSource owner = database.owner();
        return new Applications(database)
                .runner()
                .withPropertyValues(
                        "spring.flyway.enabled=true",
                        "spring.flyway.baseline-on-migrate=true",
                        "spring.flyway.baseline-version=0",
                        "spring.flyway.locations=classpath:db/letters",
                        "spring.flyway.url=" + owner.getURL(),
                        "spring.flyway.user=" + owner.getUser(),
                        "spring.flyway.password=" + owner.getPassword());
    }

    private ApplicationContextRunner liquibase() {
        PGSimpleDataSource owner = database.owner();
        return new Applications(database)
                .runner()
                .withPropertyValues(
                        "spring.liquibase.enabled=true",
                        "spring.liquibase.analytics-enabled=false",
                        "spring.liquibase.change-log=classpath:db/letters.xml",
                        "spring.liquibase.url=" + owner.getURL(),
                        "spring.liquibase.user=" + owner.getUser(),
                        "spring.liquibase.password=" + owner.getPassword());
    }

    private String stamped() throws SQLException {
        try (Connection connection = database.administrator().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from letters where body = 'stamped'")) {
            result.next();
            return result.getString(1);
        }
    }

    private void grant() {
        database.execute("grant " + role + " to " + database.owner().getUser());
    }

    @Test
    void flywayIsWarnedOnceByDefault() throws SQLException {
        flyway().run(context -> assertThat(context).hasNotFailed());

        assertWarned("Flyway");
        assertThat(stamped()).isEqualTo("0");
    }

    @Test
    void liquibaseIsWarnedByDefault() throws SQLException {
        liquibase().run(context -> assertThat(context).hasNotFailed());

        assertWarned("Liquibase");
        assertThat(stamped()).isEqualTo("0");
    }

    @Test
    void flywayStopsTheApplicationIfThatIsAskedFor() {
        flyway().withPropertyValues("tenant-datasource.migrations=fail").run(this::assertStopped);
    }

    @Test
    void liquibaseStopsTheApplicationIfThatIsAskedFor() {
        liquibase().withPropertyValues("tenant-datasource.migrations=fail").run(this::assertStopped);
    }

    private void assertWarned(String who) {
        assertThat(log.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .startsWith(who + " would change no rows, and report success: ")
                .contains(
                        "row security binds ",
                        "public.letters",
                        "Run: grant " + role,
                        "tenant-datasource.migrations=fail");
    }

    private void assertStopped(AssertableApplicationContext context) {
        assertThat(context.getStartupFailure())
                .hasStackTraceContaining("would change no rows, and report success")
                .hasStackTraceContaining("public.letters")
                .hasStackTraceContaining("tenant-datasource.migrations=warn");
    }

    @Test
    void neitherIsLookedAtWhereThatIsOff() {
        flyway().withPropertyValues("tenant-datasource.migrations=off")
                .run(context -> assertThat(context).hasNotFailed());
        liquibase()
                .withPropertyValues("tenant-datasource.migrations=off")
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(log.list).isEmpty();
    }

    @Test
    void flywayMigratesOnceTheRoleIsGranted() throws SQLException {
        grant();

        flyway().withPropertyValues("tenant-datasource.migrations=fail")
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(stamped()).isEqualTo("2");
        assertThat(log.list).isEmpty();
    }

    @Test
    void liquibaseMigratesOnceTheRoleIsGranted() throws SQLException {
        grant();

        liquibase()
                .withPropertyValues("tenant-datasource.migrations=fail")
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(stamped()).isEqualTo("2");
        assertThat(log.list).isEmpty();
    }

    /** Of the tables' owner, for the history is in the schema. */
    @Test
    void theRoleThatFlywayAssumesOnEachConnectionIsTheOneThatCounts() {
        database.execute("alter role " + database.owner().getUser() + " bypassrls");
        database.execute("create role bound_" + role + "; grant bound_" + role + " to "
                + database.owner().getUser());
        database.execute("grant select on letters to bound_" + role);
        try {
            flyway().withPropertyValues(
                            "tenant-datasource.migrations=fail", "spring.flyway.init-sqls=set role bound_" + role)
                    .run(this::assertStopped);
        } finally {
            database.execute("alter role " + database.owner().getUser() + " nobypassrls");
            database.execute("drop owned by bound_" + role + "; drop role bound_" + role);
        }
    }

    @Test
    void theScriptForFlywayStopsARunThatProtectsItself() throws SQLException {
        database.execute("alter table letters no force row level security");

        flyway().withPropertyValues("spring.flyway.locations=classpath:db/letters,classpath:db/letters-protected,"
                        + "classpath:db/tenant-datasource/flyway/require-unbound")
                .run(context -> assertThat(context.getStartupFailure()).hasStackTraceContaining("row security binds "));

        assertThat(stamped()).isEqualTo("0");
    }
}
