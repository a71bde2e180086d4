package io.tenantdatasource.it.program;

import java.util.ArrayList;
import java.util.List;

/**
 * What an application does, step by step, and where.
 *
 * @param first for whom the first connection is checked out
 */
record Program(Surroundings surroundings, Worker first, List<Step> steps) {

    Program {
        steps = List.copyOf(steps);
    }

    Program withSteps(List<Step> others) {
        return new Program(surroundings, first, others);
    }

    Program in(Surroundings other) {
        return new Program(other, first, steps);
    }

    /** Without the steps from one to before another. */
    Program without(int from, int to) {
        List<Step> left = new ArrayList<>(steps.subList(0, from));
        left.addAll(steps.subList(to, steps.size()));
        return withSteps(left);
    }

    /** Whether a text of it makes a session work for somebody else, which by hand would stay so. */
    boolean tampers() {
        return Code.strings(this).anyMatch(Texts::tampers);
    }

    /** Whether a text of it ends a transaction, and whoever shares the session with it is next. */
    boolean commitsByText() {
        return Code.strings(this).anyMatch(sql -> sql.contains("commit"));
    }

    boolean worksFor(Worker worker) {
        return first == worker
                || steps.stream().anyMatch(step -> step instanceof Steps.NextCheckout next && next.worker() == worker);
    }

    /** As a test to paste into {@link FoundProgramsTest}. */
    String code() {
        return Code.test(this);
    }
}
