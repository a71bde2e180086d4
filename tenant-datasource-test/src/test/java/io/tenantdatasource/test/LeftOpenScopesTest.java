package io.tenantdatasource.test;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.tenantdatasource.TenantContext;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** What the fixtures say of tests that do something wrong, and that the next test knows nothing of it. */
class LeftOpenScopesTest {

    @ParameterizedTest
    @ValueSource(classes = {LeavesOneOpenAsATenant.class, LeavesOneOpenWithoutATenant.class})
    void aTestThatLeavesAScopeOpenFailsAndIsToldWhereItWasOpened(Class<?> tests) {
        Throwable failure = onlyFailureOf(tests);

        assertThat(failure).hasMessageContaining("left open");
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0].getStackTrace())
                .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("aLeavesOneOpen"));
        assertThat(TenantContext.current()).isEmpty();
    }

    @Test
    void aTestThatFailsLeavesNothingBehind() {
        assertThat(onlyFailureOf(FailsWithATenant.class)).isInstanceOf(IOException.class);
    }

    @Test
    void contradictionsAreRefused() {
        assertThat(onlyFailureOf(Contradicts.class)).hasMessageContaining("contradict");
    }

    @Test
    void aUserOfNoOrganizationIsRefused() {
        assertThat(onlyFailureOf(HasNoOrganization.class)).hasMessageContaining("names no organization");
    }

    @Test
    void anArgumentOfAnotherTypeIsRefused() {
        assertThat(onlyFailureOf(HasAnotherArgument.class))
                .hasMessageContaining("has to be a Tenant")
                .hasMessageContaining("java.lang.Integer");
    }

    /** All of them but one have to pass. */
    private static Throwable onlyFailureOf(Class<?> tests) {
        List<Event> failed = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .execute()
                .testEvents()
                .failed()
                .list();
        assertThat(failed).hasSize(1);
        return failed.get(0)
                .getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow();
    }

    @AsTenant("acme")
    @TestMethodOrder(MethodOrderer.MethodName.class)
    static class LeavesOneOpenAsATenant {

        @Test
        void aLeavesOneOpen() {
            TenantContext.open(GLOBEX);
        }

        @Test
        void bIsNotConcerned() {
            assertThat(TenantContext.current()).contains(ACME);
        }
    }

    @ExtendWith(TenantExtension.class)
    @TestMethodOrder(MethodOrderer.MethodName.class)
    static class LeavesOneOpenWithoutATenant {

        @Test
        void aLeavesOneOpen() {
            TenantContext.open(GLOBEX);
        }

        @Test
        void bIsNotConcerned() {
            assertThat(TenantContext.current()).isEmpty();
        }
    }

    @TestMethodOrder(MethodOrderer.MethodName.class)
    static class FailsWithATenant {

        @Test
        @AsTenant("acme")
        void aFails() throws IOException {
            throw new IOException("as it should");
        }

        @Test
        @WithoutTenant
        void bIsNotConcerned() {
            assertThat(TenantContext.current()).isEmpty();
        }
    }

    static class Contradicts {

        @Test
        @AsTenant("acme")
        @WithoutTenant
        void runs() {}
    }

    static class HasNoOrganization {

        @Test
        @AsTenant(user = "anna")
        void runs() {}
    }

    static class HasAnotherArgument {

        @ParameterizedTest
        @ValueSource(ints = 42)
        void runs(@AsTenant int organization) {}
    }
}
