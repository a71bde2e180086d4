package io.tenantdatasource.springtests.docs;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.EachTenantException;
import io.tenantdatasource.springtests.InvoicesSchema;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;

/** What docs/spring-threads-and-transactions.md and docs/all-tenants.md show is what is compiled and run here, but for packages and imports. */
@SpringBootTest
@TenantDatabase(schema = InvoicesSchema.class)
class PageTest {

    private static final Path ROOT = Path.of("../../..");
    private static final Pattern EXAMPLE =
            Pattern.compile("\\[`[^`]+`]\\(\\.\\./(?<file>[^)]+)\\)\\n\\n```java\\n(?<text>.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @CsvSource({"spring-threads-and-transactions.md, 3", "all-tenants.md, 3"})
    void theExamplesAreTheFilesThatTheyName(String page, int count) throws IOException {
        List<MatchResult> examples = EXAMPLE.matcher(
                        Files.readString(ROOT.resolve("docs").resolve(page)))
                .results()
                .toList();

        assertThat(examples)
                .hasSize(count)
                .allSatisfy(example -> assertThat(example.group(2))
                        .isEqualTo(withoutImports(Files.readString(ROOT.resolve(example.group(1))))));
    }

    @Test
    void theJobWorksForOneOrganizationAfterTheOther(
            @Autowired NightlyBilling job, @Autowired JdbcTemplate jdbc, TestDatabase database) throws Exception {
        JdbcTemplate administrator = new JdbcTemplate(database.administrator());
        List.of(ACME, GLOBEX)
                .forEach(tenant ->
                        administrator.update("insert into organizations values (?::uuid)", tenant.organizationId()));

        job.billEverybody();

        assertThat(Tenants.as(ACME, () -> titles(jdbc))).containsExactly("this month");
        assertThat(Tenants.as(GLOBEX, () -> titles(jdbc))).containsExactly("this month");
    }

    @Test
    void eachOrganizationIsRemindedInATransactionOfItsOwn(
            @Autowired Reminders job, @Autowired JdbcTemplate jdbc, TestDatabase database) throws Exception {
        JdbcTemplate administrator = new JdbcTemplate(database.administrator());
        List.of(ACME, GLOBEX)
                .forEach(tenant ->
                        administrator.update("insert into organizations values (?::uuid)", tenant.organizationId()));
        administrator.execute("alter table invoices add constraint not_acme check (organization_id <> '"
                + ACME.organizationId() + "')");
        try {
            assertThatThrownBy(job::remind)
                    .isInstanceOf(EachTenantException.class)
                    .hasMessageContaining("failed for 1: organization " + ACME.organizationId())
                    .hasMessageStartingWith("Done for 1 tenants");
        } finally {
            administrator.execute("alter table invoices drop constraint not_acme");
        }

        assertThat(Tenants.as(ACME, () -> titles(jdbc))).isEmpty();
        assertThat(Tenants.as(GLOBEX, () -> titles(jdbc))).containsExactly("a reminder");
    }

    @Test
    void theOrderIsInvoicedByTheOtherOrganization(@Autowired Orders orders, @Autowired JdbcTemplate jdbc)
            throws Exception {
        Tenants.as(ACME, () -> orders.order(UUID.fromString(GLOBEX.organizationId())));

        assertThat(Tenants.as(ACME, () -> titles(jdbc))).isEmpty();
        assertThat(Tenants.as(GLOBEX, () -> titles(jdbc))).containsExactly("an order");
    }

    private static List<String> titles(JdbcTemplate jdbc) {
        return jdbc.queryForList("select title from invoices", String.class);
    }

    private static String withoutImports(String file) {
        return file.replaceAll("(?m)^(package|import) .*\\n", "").strip() + "\n";
    }
}
