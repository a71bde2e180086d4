package io.tenantdatasource.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantDataSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What is refused, and what is left to others. */
class InjectedParametersTest {

    @Test
    void theOwnersAndTheUnboundAreForDataSources() {
        assertThat(Tests.onlyFailureOf(OwnerOfAnotherType.class))
                .hasMessageContaining("@Owner is for a parameter of type javax.sql.DataSource, and");
        assertThat(Tests.onlyFailureOf(UnboundOfAnotherType.class))
                .hasMessageContaining("@Unbound is for a parameter of type javax.sql.DataSource, and");
    }

    @Test
    void oneCannotBeBoth() {
        assertThat(Tests.onlyFailureOf(Both.class)).hasMessageContaining("@Owner and @Unbound contradict each other");
    }

    @Test
    void othersAreLeftToOtherExtensions() {
        assertThat(Tests.failuresOf(Tests.run(WithAnotherExtension.class))).isEmpty();
    }

    @TenantDatabase
    static class OwnerOfAnotherType {

        @Test
        void runs(@Owner String owner) {}
    }

    @TenantDatabase
    static class UnboundOfAnotherType {

        @Test
        void runs(@Unbound TenantDataSource dataSource) {}
    }

    @TenantDatabase
    static class Both {

        @Test
        void runs(@Owner @Unbound DataSource dataSource) {}
    }

    @TenantDatabase
    @ExtendWith(Answer.class)
    static class WithAnotherExtension {

        @Test
        void runs(Integer answer, TestInfo info, DataSource dataSource) {
            assertThat(answer).isEqualTo(42);
            assertThat(info.getDisplayName()).isNotEmpty();
        }
    }

    static class Answer implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Integer.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return 42;
        }
    }
}
