package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tenantdatasource.MissingTenant;
import io.tenantdatasource.MissingTenantException;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

@Isolated("reads the log")
class MissingTenantTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    private final Logger logger = (Logger) LoggerFactory.getLogger(TenantDataSource.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

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

    @ParameterizedTest
    @MethodSource("io.tenantdatasource.it.Setup#poolsAndBindings")
    void denyBindsToNoTenant(Setup setup) throws SQLException {
        try (Wrapped wrapped = Wrapped.over(DATABASE.administrator(), setup);
                Connection connection = wrapped.dataSource.getConnection()) {
            assertThat(Sql.query(connection, ORGANIZATION)).isEmpty();
            assertThat(Sql.query(connection, "select current_setting('app.user_id', true)"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("io.tenantdatasource.it.Setup#poolsAndBindings")
    void denyOverridesADefaultOfTheDatabaseUser(Setup setup) throws SQLException {
        var user = DATABASE.createUser("defaulting");
        DATABASE.execute("alter role " + user.getUser() + " set app.organization_id = 'somebody'");
        try (Wrapped wrapped = Wrapped.over(user, setup)) {
            assertThat(Sql.query(wrapped.pool, ORGANIZATION)).isEqualTo("somebody");
            assertThat(Sql.query(wrapped.dataSource, ORGANIZATION)).isEmpty();
            if (setup.pool().keepsConnections()) {
                assertThat(Sql.query(wrapped.pool, ORGANIZATION))
                        .as("after return; what is local to a transaction leaves the session as it was")
                        .isEqualTo(setup.bindsAtCheckout() ? "" : "somebody");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.tenantdatasource.it.Setup#bindings")
    void denyWarnsOnceAndCounts(Setup setup) throws SQLException {
        try (Wrapped wrapped = Wrapped.over(DATABASE.administrator(), setup)) {
            wrapped.queryAs(ACME, "select 1");
            assertThat(wrapped.dataSource.missingTenantCount()).isZero();
            for (int i = 0; i < 3; i++) {
                Sql.query(wrapped.dataSource, "select 1");
            }
            assertThat(wrapped.dataSource.missingTenantCount()).isEqualTo(3);
        }
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage()).contains("no tenant was set"));
    }

    @Test
    void failThrowsBeforeAConnectionIsBorrowed() throws SQLException {
        DataSource pool = mock();
        TenantDataSource dataSource = TenantDataSource.builder(pool)
                .onMissingTenant(MissingTenant.FAIL)
                .build();
        clearInvocations(pool);

        assertThatThrownBy(dataSource::getConnection)
                .isInstanceOf(MissingTenantException.class)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
        assertThatThrownBy(() -> dataSource.getConnection("user", "password"))
                .isInstanceOf(MissingTenantException.class);

        verifyNoInteractions(pool);
        assertThat(dataSource.missingTenantCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("io.tenantdatasource.it.Setup#bindings")
    void failLeavesThoseWithATenantAlone(Setup setup) throws SQLException {
        try (Wrapped wrapped =
                Wrapped.over(DATABASE.administrator(), setup, builder -> builder.onMissingTenant(MissingTenant.FAIL))) {
            assertThat(wrapped.queryAs(ACME, ORGANIZATION)).isEqualTo(ACME.organizationId());
        }
    }

    @ParameterizedTest
    @MethodSource("io.tenantdatasource.it.Setup#bindings")
    void eachBindingIsLoggedForDebuggingWithoutTheValuesOfFurtherSettings(Setup setup) throws SQLException {
        try (Wrapped wrapped =
                Wrapped.over(DATABASE.administrator(), setup, builder -> builder.setting("app.token", t -> "s3cr3t"))) {
            wrapped.queryAs(ACME, "select 1");
            wrapped.queryAs(ACME, "select 1");
        }
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.DEBUG)
                .filteredOn(event -> event.getFormattedMessage().contains("Bound a connection to organization"))
                .hasSize(2);
        assertThat(log.list)
                .noneSatisfy(event -> assertThat(event.getFormattedMessage()).contains("s3cr3t"));
    }
}
