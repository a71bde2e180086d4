package io.tenantdatasource.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Programs that nobody thought of. Each has a number, of which it is made: {@code -Dprograms.first} and
 * {@code -Dprograms.count} choose them.
 */
@Tag("under-fire")
class RandomProgramsTest {

    private static final int MOST_FINDINGS = 10;

    @AutoClose
    private static final World WORLD = World.create();

    @Test
    void noneRunsForAnotherOrSeesWhatTheDriverAloneWouldNotShow() throws SQLException {
        long first = Long.getLong("programs.first", 1);
        long count = Long.getLong("programs.count", 300);
        Judge judge = new Judge(WORLD);
        Map<String, String> found = new LinkedHashMap<>();
        for (long seed = first; seed < first + count && found.size() < MOST_FINDINGS; seed++) {
            Program program = Generator.program(seed);
            Optional<Finding> finding = judge.judge(program);
            if (finding.isPresent() && !found.containsKey(finding.orElseThrow().kind())) {
                found.put(finding.orElseThrow().kind(), report(judge, seed, program, finding.orElseThrow()));
            }
        }

        assertThat(found.values())
                .as("programs %d to %d", first, first + count - 1)
                .isEmpty();
        assertThat(judge.comparedToTheEnd())
                .as("compared with the bare pool to the end, beside %d in part", judge.comparedInPart())
                .isGreaterThanOrEqualTo(2 * judge.comparedInPart());
    }

    private static String report(Judge judge, long seed, Program program, Finding finding) throws SQLException {
        Program shortest = Shrinker.shrink(judge, program, finding);
        return "program " + seed + ", " + finding.kind() + ": "
                + judge.judge(shortest).map(Finding::detail).orElse("not seen again: " + finding.detail()) + "\n"
                + shortest.code();
    }
}
