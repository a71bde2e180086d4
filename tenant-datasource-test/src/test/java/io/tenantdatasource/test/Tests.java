package io.tenantdatasource.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs test classes in an engine of their own. */
final class Tests {

    private Tests() {}

    static EngineExecutionResults run(Class<?>... tests) {
        return engine("false", tests).execute();
    }

    static EngineTestKit.Builder engine(String parallel, Class<?>... tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(Arrays.stream(tests)
                        .map(type -> selectClass(type))
                        .toArray(org.junit.platform.engine.DiscoverySelector[]::new))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", parallel);
    }

    /** Of tests and of classes. */
    static List<Throwable> failuresOf(EngineExecutionResults results) {
        return results.allEvents().failed().stream().map(Tests::failure).toList();
    }

    static Throwable onlyFailureOf(Class<?> tests) {
        List<Throwable> failures = failuresOf(run(tests));
        assertThat(failures).hasSize(1);
        return failures.get(0);
    }

    private static Throwable failure(Event event) {
        return event.getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow();
    }
}
