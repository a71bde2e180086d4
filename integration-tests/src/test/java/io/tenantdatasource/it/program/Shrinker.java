package io.tenantdatasource.it.program;

import io.tenantdatasource.it.Pool;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes a program as short as it still shows the same. */
final class Shrinker {

    private final Judge judge;
    private final String kind;
    private Program smallest;

    private Shrinker(Judge judge, Program program, String kind) {
        this.judge = judge;
        this.smallest = program;
        this.kind = kind;
    }

    static Program shrink(Judge judge, Program program, Finding finding) throws SQLException {
        Shrinker shrinker = new Shrinker(judge, program, finding.kind());
        shrinker.dropSteps();
        shrinker.simplifySurroundings();
        return shrinker.smallest;
    }

    private void dropSteps() throws SQLException {
        for (int length = Math.max(1, smallest.steps().size() / 2); length > 0; length /= 2) {
            int from = 0;
            while (from + length <= smallest.steps().size()) {
                if (!keep(smallest.without(from, from + length))) {
                    from += length;
                }
            }
        }
    }

    private void simplifySurroundings() throws SQLException {
        for (String property : smallest.surroundings().driver().keySet()) {
            Surroundings now = smallest.surroundings();
            Map<String, String> fewer = new TreeMap<>(now.driver());
            fewer.remove(property);
            keep(smallest.in(new Surroundings(now.pool(), now.binding(), now.assumesRole(), now.pooler(), fewer)));
        }
        Surroundings now = smallest.surroundings();
        keep(smallest.in(new Surroundings(now.pool(), now.binding(), false, now.pooler(), now.driver())));
        now = smallest.surroundings();
        keep(smallest.in(new Surroundings(Pool.HIKARI, now.binding(), now.assumesRole(), now.pooler(), now.driver())));
    }

    private boolean keep(Program shorter) throws SQLException {
        Optional<Finding> finding = judge.judge(shorter);
        boolean isSame = finding.isPresent() && finding.orElseThrow().kind().equals(kind);
        if (isSame) {
            smallest = shorter;
        }
        return isSame;
    }
}
