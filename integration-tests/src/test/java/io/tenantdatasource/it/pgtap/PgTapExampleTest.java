package io.tenantdatasource.it.pgtap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** {@code examples/pgtap}, run as people run it. */
class PgTapExampleTest {

    @Test
    void passesOnAProtectedSchema() throws SQLException, IOException {
        try (PgTapDatabase database = new PgTapDatabase()) {
            Tap tap = database.run(Example.TESTS);
            tap.requireAllPassed();
            assertThat(tap.passed())
                    .contains(
                            "role authenticated: is bound by policies",
                            "public.invoices: a tenant can insert its own rows",
                            "public.invoice_lines: a tenant cannot move rows of the other",
                            "public.open_invoices: shows a tenant nothing of the other",
                            "acme cannot waive one of globex");
            assertThat(tap.skipped()).isEmpty();
        }
    }

    @Test
    void isWhatTheDocumentationQuotes() throws IOException {
        assertThat(Files.readString(Path.of("../docs/pgtap.md")))
                .contains("```sql\n" + Files.readString(Example.TESTS) + "```\n");
    }
}
