package io.tenantdatasource.springtests.docs;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;

/** What docs/spring-threads-and-transactions.md shows is what is compiled and run here, but for packages and imports. */
@SpringBootTest
@TenantDatabase(schema = InvoicesSchema.class)
class PageTest {

    private static final Path ROOT = Path.of("../../..");
    private static final Pattern EXAMPLE =
            Pattern.compile("\\[`[^`]+`]\\(\\.\\./(?<file>[^)]+)\\)\\n\\n```java\\n(?<text>.*?)```", Pattern.DOTALL);

    @Test
    void theExamplesAreTheFilesThatTheyName() throws IOException {
        List<MatchResult> examples = EXAMPLE.matcher(
                        Files.readString(ROOT.resolve("docs/spring-threads-and-transactions.md")))
                .results()
                .toList();

        assertThat(examples)
                .hasSize(3)
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
