package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.TenantSwitchException;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Whoever reads the message of a refused statement finds the two places that disagree. */
@TenantDatabase
class SwitchNamesBothPlacesTest {

    private final TestDatabase database;

    SwitchNamesBothPlacesTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void theLineThatRanTheStatementIsNamed() throws SQLException {
        String refusal = refusal(Optional::empty);

        assertThat(refusal)
                .matches(
                        ".*now works for organization " + GLOBEX.organizationId()
                                + " at .*SwitchNamesBothPlacesTest\\.runs\\(SwitchNamesBothPlacesTest\\.java:\\d+\\)\\. Close .*")
                .contains("checked out for organization " + ACME.organizationId() + ", but");
    }

    @Test
    void thePlaceOfTheCheckoutIsNamedIfItIsKnown() throws SQLException {
        String refusal = refusal(() -> Optional.of("transaction Billing.run"));

        assertThat(refusal)
                .contains("checked out for organization " + ACME.organizationId()
                        + " in transaction Billing.run, but the running code");
    }

    @Test
    void thePlaceIsAskedForOnlyWhenAStatementIsRefused() throws SQLException {
        AtomicInteger asked = new AtomicInteger();
        TenantDataSource dataSource = over(() -> {
            asked.incrementAndGet();
            return Optional.empty();
        });

        TenantContext.run(ACME, () -> checksOutAndRuns(dataSource));

        assertThat(asked).hasValue(0);
    }

    @Test
    void itIsRefusedAllTheSameIfThePlaceCannotBeTold() throws SQLException {
        String refusal = refusal(() -> {
            throw new IllegalStateException("as it should");
        });

        assertThat(refusal).contains("checked out for organization " + ACME.organizationId() + ", but");
    }

    private TenantDataSource over(Supplier<Optional<String>> place) {
        return TenantDataSource.builder(database.application())
                .checkoutPlace(place)
                .build();
    }

    private String refusal(Supplier<Optional<String>> place) throws SQLException {
        try (TenantContext.Scope acme = TenantContext.open(ACME);
                Connection connection = over(place).getConnection();
                TenantContext.Scope globex = TenantContext.open(GLOBEX)) {
            return catchThrowableOfType(TenantSwitchException.class, () -> runs(connection))
                    .getMessage();
        }
    }

    private static void checksOutAndRuns(TenantDataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            runs(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void runs(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 1");
        }
    }
}
