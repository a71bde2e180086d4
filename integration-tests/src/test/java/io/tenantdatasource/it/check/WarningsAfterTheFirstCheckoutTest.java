package io.tenantdatasource.it.check;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.check.DatabaseCheck;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.LoggerFactory;

/** Who only wraps a pool is told, once, that the database does not do its part. */
@Isolated("reads the log")
@TenantDatabase(scripts = "/io/tenantdatasource/it/check/in-order.sql")
class WarningsAfterTheFirstCheckoutTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(DatabaseCheck.class);
    private final BlockingQueue<ILoggingEvent> logged = new LinkedBlockingQueue<>();
    private final AppenderBase<ILoggingEvent> log = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            logged.add(event);
        }
    };

    @BeforeEach
    void recordLog() {
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopRecording() {
        logger.detachAppender(log);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    private ILoggingEvent nextEvent() throws InterruptedException {
        return logged.poll(30, SECONDS);
    }

    private static HikariDataSource pool(PGSimpleDataSource user) {
        HikariDataSource pool = new HikariDataSource();
        pool.setDataSource(user);
        pool.setMaximumPoolSize(1);
        return pool;
    }

    private static void use(TenantDataSource dataSource) throws SQLException {
        dataSource.getConnection().close();
    }

    @Test
    void aForgottenMembershipIsToldWithWhatToDo(TestDatabase database) throws Exception {
        PGSimpleDataSource user = database.createUser("forgotten");
        database.execute("grant select on invoices to " + user.getUser());
        try (TenantDataSource dataSource = TenantDataSource.wrap(pool(user))) {
            use(dataSource);

            ILoggingEvent warning = nextEvent();
            assertThat(warning.getLevel()).isEqualTo(Level.WARN);
            assertThat(warning.getFormattedMessage())
                    .contains(
                            "no-policy",
                            "public.invoices",
                            "make the role a member of the one that the policies are for")
                    .contains("databaseCheck(false)");
            assertThat(dataSource.check())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.mending())
                            .containsExactly(
                                    entry("public.invoices", "grant authenticated to " + user.getUser() + ";")));
        }
    }

    @Test
    void whatIsToldIsToldOnce(TestDatabase database) throws Exception {
        try (TenantDataSource dataSource = TenantDataSource.wrap(pool(database.administrator()));
                TenantDataSource later = TenantDataSource.wrap(pool(database.administrator()))) {
            use(dataSource);
            use(dataSource);
            assertThat(nextEvent().getFormattedMessage()).contains("superuser");
            use(dataSource);
            use(later);
            assertThat(nextEvent().getFormattedMessage()).as("of the other one").contains("superuser");
            assertThat(logged).isEmpty();
        }
    }

    @Test
    void whoIsInOrderOrDoesNotWantToKnowIsToldNothing(TestDatabase database) throws Exception {
        try (TenantDataSource inOrder = TenantDataSource.wrap(pool(database.application()));
                TenantDataSource silent = TenantDataSource.builder(pool(database.administrator()))
                        .databaseCheck(false)
                        .build();
                TenantDataSource later = TenantDataSource.wrap(pool(database.administrator()))) {
            use(inOrder);
            use(silent);
            use(later);

            assertThat(nextEvent().getFormattedMessage()).as("of the last one").contains("superuser");
            assertThat(logged).isEmpty();
            assertThat(inOrder.check()).isEmpty();
        }
    }

    @Test
    void connectionsThatBeginWithoutAutocommitAreLeftAlone(TestDatabase database) throws Exception {
        HikariDataSource pool = pool(database.administrator());
        pool.setAutoCommit(false);
        try (TenantDataSource dataSource = TenantDataSource.wrap(pool)) {
            use(dataSource);

            ILoggingEvent event = nextEvent();
            assertThat(event.getLevel()).isEqualTo(Level.DEBUG);
            assertThat(event.getFormattedMessage()).contains("TenantDataSource.check()");
        }
    }

    @Test
    void aPoolThatHasNoneToSpareIsNoWarning(TestDatabase database) throws Exception {
        HikariDataSource pool = pool(database.administrator());
        pool.setConnectionTimeout(250);
        try (TenantDataSource dataSource = TenantDataSource.wrap(pool);
                Connection connection = dataSource.getConnection()) {
            assertThat(nextEvent().getLevel()).isEqualTo(Level.DEBUG);
            assertThat(connection.isValid(5)).isTrue();
        }
    }
}
