package io.tenantdatasource.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/testing.md shows is what is compiled and run here, word for word, but for packages and imports. */
class TestingPageTest {

    private static final Path ROOT = Path.of("../..");
    private static final Pattern EXAMPLE = Pattern.compile(
            "\\[`[^`]+`]\\(\\.\\./(?<file>examples/testing/[^)]+)\\)\\n\\n```\\w+\\n(?<text>.*?)```", Pattern.DOTALL);

    @Test
    void theExamplesAreTheFilesThatTheyName() throws IOException {
        List<MatchResult> examples = EXAMPLE.matcher(Files.readString(ROOT.resolve("docs/testing.md")))
                .results()
                .toList();

        assertThat(examples)
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(example -> assertThat(example.group(2))
                        .as(example.group(1))
                        .isEqualTo(withoutImports(Files.readString(ROOT.resolve(example.group(1))))));
    }

    private static String withoutImports(String file) {
        return file.replaceAll("(?m)^(package|import) .*\\n", "").strip() + "\n";
    }
}
