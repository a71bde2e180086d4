package io.tenantdatasource.test;

import java.lang.reflect.Method;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The test that this thread runs next, for those who hear of it from another framework than JUnit, and so do not know its
 * nested classes and arguments.
 */
final class UpcomingTest {

    private static final ThreadLocal<ExtensionContext> CONTEXT = new ThreadLocal<>();

    private UpcomingTest() {}

    static void announce(ExtensionContext context) {
        CONTEXT.set(context);
    }

    /** Once only. What was announced may have been skipped, so it has to be the very test that is asked for. */
    static Optional<ExtensionContext> take(Object instance, Method method) {
        ExtensionContext announced = CONTEXT.get();
        CONTEXT.remove();
        return Optional.ofNullable(announced)
                .filter(context -> context.getRequiredTestInstance() == instance
                        && context.getRequiredTestMethod().equals(method));
    }
}
