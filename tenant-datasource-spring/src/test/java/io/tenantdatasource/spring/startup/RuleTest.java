package io.tenantdatasource.spring.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RuleTest {

    @Test
    void theDocumentationHasTheTableOfAllRules() throws IOException {
        assertThat(Files.readString(Path.of("../docs/spring-operations.md")))
                .contains(Arrays.stream(Rule.values())
                        .map(rule -> "| `" + rule.id() + "` | " + rule.what() + " | " + rule.next() + " |\n")
                        .toList());
    }

    @Test
    void theQueryKnowsEachRuleThatIsAboutRolesOrTables() throws IOException {
        String query = Files.readString(
                Path.of("src/main/resources/io/tenantdatasource/spring/startup", DatabaseCheck.SCRIPT));

        assertThat(Arrays.stream(Rule.values()).map(rule -> "select '" + rule.id() + "'"))
                .filteredOn(select -> !query.contains(select))
                .containsExactlyInAnyOrder("select 'not-bound'", "select 'not-checked'");
    }

    @Test
    void aFindingNamesTheFirstOfVeryManyTables() {
        Finding finding = new Finding(
                "dataSource",
                Rule.NO_POLICY,
                IntStream.rangeClosed(1, 12).mapToObj(number -> "t" + number).toList());

        assertThat(finding)
                .hasToString("data source 'dataSource', no-policy: " + Rule.NO_POLICY.what()
                        + ": t1, t2, t3, t4, t5, t6, t7, t8, t9, t10 and 2 more. Next: " + Rule.NO_POLICY.next());
    }
}
