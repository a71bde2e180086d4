package io.tenantdatasource.examples.testing.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import org.springframework.test.context.TestPropertySource;

/** That class of ten lines is red before the migration that protects the table, and green after it. */
class RedBeforeGreenAfterTest {

    @Test
    void beforeTheMigrationTheTableIsRed() {
        Events tests = run(BeforeTheMigration.class);

        assertThat(tests.failed().list())
                .isNotEmpty()
                .allSatisfy(test ->
                        assertThat(test.getTestDescriptor().getDisplayName()).startsWith("orders: "));
    }

    @Test
    void afterTheMigrationAllIsGreen() {
        Events tests = run(IsolationTest.class);

        assertThat(tests.failed().list()).isEmpty();
        assertThat(tests.succeeded().list())
                .extracting(test -> test.getTestDescriptor().getDisplayName())
                .contains("orders: SELECT of globex's rows by acme as authenticated");
    }

    private static Events run(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute()
                .testEvents();
    }

    @TestPropertySource(properties = "spring.flyway.target=1")
    static class BeforeTheMigration extends IsolationTest {}
}
