package io.tenantdatasource.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What docs/testing.md and docs/conformance.md show is what is compiled and run here, word for word, but for packages and imports. */
class TestingPageTest {

    private static final Path ROOT = Path.of("../..");
    private static final Pattern EXAMPLE = Pattern.compile(
            "\\[`[^`]+`]\\(\\.\\./(?<file>examples/testing/[^)]+)\\)\\n\\n```\\w+\\n(?<text>.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @CsvSource({"docs/testing.md, 4", "docs/conformance.md, 1"})
    void theExamplesAreTheFilesThatTheyName(String page, int examplesAtLeast) throws IOException {
        List<MatchResult> examples =
                EXAMPLE.matcher(Files.readString(ROOT.resolve(page))).results().toList();

        assertThat(examples)
                .hasSizeGreaterThanOrEqualTo(examplesAtLeast)
                .allSatisfy(example -> assertThat(example.group(2))
                        .as(example.group(1))
                        .isEqualTo(withoutImports(Files.readString(ROOT.resolve(example.group(1))))));
    }

    private static String withoutImports(String file) {
        return file.replaceAll("(?m)^(package|import) .*\\n", "").strip() + "\n";
    }
}
