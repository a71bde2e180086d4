package io.tenantdatasource.test;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.lang.reflect.Method;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Runs what JUnit runs for the tenant that {@link AsTenant} names, or for none, on whatever thread JUnit chooses. Registered by
 * the annotations; {@code @ExtendWith(TenantExtension.class)} without one looks for scopes that are left open.
 */
public final class TenantExtension implements InvocationInterceptor, ExecutionCondition {

    private static final String TRACE_SCOPES = "tenant-datasource.trace-scopes";

    /** Creates one, as JUnit does; from then on scopes remember where they were opened, unless the property is set. */
    public TenantExtension() {
        traceScopes();
    }

    static void traceScopes() {
        System.getProperties().putIfAbsent(TRACE_SCOPES, "true");
    }

    /** Conditions are asked before any callback of another extension, of which Spring's begins transactions. */
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (context.getTestInstance().isPresent() && context.getTestMethod().isPresent()) {
            UpcomingTest.announce(context);
        }
        return ConditionEvaluationResult.enabled("it is told for whom it runs, whatever that is");
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, method, context);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, method, context);
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, method, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, method, context);
    }

    @Override
    public <T> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        return run(invocation, method, context);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, method, context);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, method, context);
    }

    private static <T> T run(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        Optional<Tenant> tenant = AnnotatedTenant.ofArgument(method).or(() -> AnnotatedTenant.of(context));
        try (TenantContext.Scope scope = open(tenant)) {
            return invocation.proceed();
        }
    }

    static TenantContext.Scope open(Optional<Tenant> tenant) {
        if (tenant.isPresent()) {
            return TenantContext.open(tenant.get());
        }
        if (TenantContext.current().isPresent()) {
            throw new IllegalStateException(
                    "The thread that is to run this test without a tenant works for one already: something that no test is"
                            + " told of has opened a scope, and left it open");
        }
        return TenantContext.openWithoutTenant();
    }
}
