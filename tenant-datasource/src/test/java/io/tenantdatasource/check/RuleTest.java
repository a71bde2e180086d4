package io.tenantdatasource.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.internal.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RuleTest {

    @Test
    void theDocumentationHasASectionForEachRule() throws IOException {
        String page = Files.readString(Path.of("../docs/database-check.md")).replaceAll("\\s+", " ");

        assertThat(Arrays.stream(Rule.values())
                        .map(rule -> "### " + rule.id() + " What: " + rule.what() + ". Next: " + rule.next() + "."))
                .allSatisfy(section -> assertThat(page).contains(section));
    }

    @Test
    void theQueryKnowsEachRuleThatIsAboutRolesOrTables() {
        String query = Resource.script(DatabaseCheck.class, "/io/tenantdatasource/check/database-check.sql");

        assertThat(Arrays.stream(Rule.values()).map(Rule::id))
                .filteredOn(id -> !Pattern.compile("(select|then|else)( distinct)?\\s+'" + id + "'")
                        .matcher(query)
                        .find())
                .containsExactlyInAnyOrder("not-bound", "not-checked");
    }

    @Test
    void aFindingNamesTheFirstOfVeryManyTables() {
        Finding finding = new Finding(
                Rule.NO_POLICY,
                IntStream.rangeClosed(1, 12).mapToObj(number -> "t" + number).toList(),
                Map.of());

        assertThat(finding)
                .hasToString("no-policy: " + Rule.NO_POLICY.what()
                        + ": t1, t2, t3, t4, t5, t6, t7, t8, t9, t10 and 2 more. Next: " + Rule.NO_POLICY.next());
    }
}
