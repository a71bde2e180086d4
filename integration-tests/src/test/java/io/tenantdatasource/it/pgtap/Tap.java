package io.tenantdatasource.it.pgtap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What pg_prove said of one file.
 *
 * @param status zero where all tests passed
 * @param output everything, in TAP where it ran
 */
record Tap(int status, String output) {

    private static final Pattern PASSED = Pattern.compile("(?m)^ok \\d+ - (.*)$");
    private static final Pattern FAILED = Pattern.compile("(?m)^not ok \\d+ - (.*)$");
    private static final Pattern SKIPPED = Pattern.compile("(?m)^ok \\d+ # SKIP (.*)$");

    List<String> passed() {
        return all(PASSED);
    }

    List<String> failed() {
        return all(FAILED);
    }

    List<String> skipped() {
        return all(SKIPPED);
    }

    /** What was said of one failed test, without its signs of a comment. */
    String diagnosis(String failed) {
        Pattern diagnosis = Pattern.compile("(?m)^not ok \\d+ - " + Pattern.quote(failed) + "\\n((?:#.*\\n)*)");
        return diagnosis
                .matcher(output)
                .results()
                .findFirst()
                .map(result -> result.group(1).replaceAll("(?m)^# ", ""))
                .orElseThrow(() -> new AssertionError("did not fail: " + failed + "; it said: " + output));
    }

    private List<String> all(Pattern line) {
        return line.matcher(output)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }

    void requireAllPassed() {
        assertThat(failed()).as(output).isEmpty();
        assertThat(status).as(output).isZero();
        assertThat(passed()).as(output).isNotEmpty();
    }
}
