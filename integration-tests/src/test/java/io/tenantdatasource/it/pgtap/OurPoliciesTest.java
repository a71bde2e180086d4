package io.tenantdatasource.it.pgtap;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.it.policy.ReviewedDatabase;
import io.tenantdatasource.it.policy.Solution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bundled migrations pass, whether a session tells its organization itself or through its user. */
class OurPoliciesTest {

    private static final String TESTS = """
            select tenant.configure(role => '%s');
            select tenant.isolates('public', 'user_sessions', '%s', '%s');
            """;

    @BeforeEach
    void requirePgTap() {
        PgProve.requireInstalled();
    }

    @ParameterizedTest
    @EnumSource
    void isolateSessions(Solution solution) throws SQLException, IOException {
        try (ReviewedDatabase database = ReviewedDatabase.protectedBy(solution)) {
            Tap tap = run(database);
            tap.requireAllPassed();
            assertThat(tap.passed()).hasSize(14);
        }
    }

    private static Tap run(ReviewedDatabase database) throws SQLException, IOException {
        PgProve.loadInto(database.database());
        Path file = Files.createTempFile("pgtap", ".sql");
        Files.writeString(
                file,
                Example.tests(TESTS.formatted(
                        database.application().getUser(),
                        ReviewedDatabase.ACME.organizationId(),
                        ReviewedDatabase.GLOBEX.organizationId())));
        Tap tap = PgProve.run(database.database().administrator(), file);
        Files.delete(file);
        return tap;
    }
}
