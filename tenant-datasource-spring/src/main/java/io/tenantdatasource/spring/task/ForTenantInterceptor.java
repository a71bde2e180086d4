package io.tenantdatasource.spring.task;

import io.tenantdatasource.TenantContext;
import java.util.Objects;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;

/** Runs a method for the tenant that its parameter is told. */
final class ForTenantInterceptor implements MethodInterceptor {

    @Override
    public Object invoke(MethodInvocation invocation) throws Throwable {
        Class<?> type = Objects.requireNonNull(invocation.getThis(), "a proxy without a target")
                .getClass();
        TenantParameter parameter =
                TenantMethods.of(type).parameterOf(invocation.getMethod(), type).orElseThrow();
        try (TenantContext.Scope scope = TenantContext.open(parameter.tenantOf(invocation.getArguments()))) {
            return invocation.proceed();
        }
    }
}
