package io.tenantdatasource.test;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Optional;
import java.util.concurrent.Callable;
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
        System.getProperties().putIfAbsent(TRACE_SCOPES, "true");
    }

    /** Conditions are asked before any callback of another extension, of which Spring's begins transactions. */
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (context.getTestInstance().isPresent() && context.getTestMethod().isPresent()) {
            UpcomingTest.announce(context);
        }
        return ConditionEvaluationResult.enabled("Tenants are for every test");
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
        Callable<T> proceed = () -> proceed(invocation);
        try {
            return tenant.isPresent() ? TenantContext.call(tenant.get(), proceed) : withoutTenant(proceed);
        } catch (UndeclaredThrowableException e) {
            throw e.getUndeclaredThrowable() == null ? e : e.getUndeclaredThrowable();
        }
    }

    private static <T> T proceed(Invocation<T> invocation) throws Exception {
        try {
            return invocation.proceed();
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new UndeclaredThrowableException(e);
        }
    }

    /** In a scope of no tenant, which is what a task is wrapped into where there is none. */
    private static <T> T withoutTenant(Callable<T> proceed) throws Exception {
        if (TenantContext.current().isPresent()) {
            throw new IllegalStateException(
                    "The thread that is to run this test without a tenant works for one already: something that no test is"
                            + " told of has opened a scope, and left it open");
        }
        return TenantContext.wrap(proceed).call();
    }
}
