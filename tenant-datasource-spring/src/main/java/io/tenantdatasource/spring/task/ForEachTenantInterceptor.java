package io.tenantdatasource.spring.task;

import io.tenantdatasource.EachTenant;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantSource;
import io.tenantdatasource.spring.CurrentTenant;
import java.lang.reflect.UndeclaredThrowableException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Runs a method once for each tenant. */
final class ForEachTenantInterceptor implements MethodInterceptor {

    private final Supplier<TenantSource> source;

    /** Of what data sources ask; null if none is bound. */
    private final Supplier<CurrentTenant> current;

    ForEachTenantInterceptor(Supplier<TenantSource> source, Supplier<CurrentTenant> current) {
        this.source = source;
        this.current = current;
    }

    @Override
    public Object invoke(MethodInvocation invocation) {
        requireNoTransaction(invocation);
        Class<?> type = Objects.requireNonNull(invocation.getThis(), "a proxy without a target")
                .getClass();
        ForEachTenant annotation = EachTenantMethods.of(type)
                .annotationOf(invocation.getMethod(), type)
                .orElseThrow();
        try {
            EachTenant.of(source.get())
                    .parallelism(annotation.parallelism())
                    .onFailure(annotation.onFailure())
                    .run(tenant -> {
                        requireToWorkFor(tenant, invocation);
                        proceed(copy((ProxyMethodInvocation) invocation));
                    })
                    .throwIfFailed();
            return null;
        } catch (SQLException e) {
            throw new UncategorizedSQLException("Reading the tenants for " + invocation.getMethod(), null, e);
        }
    }

    /** A resolver of the application's that does not see the scope would have it all run for one tenant, again and again. */
    private void requireToWorkFor(Tenant tenant, MethodInvocation invocation) {
        CurrentTenant asked = current.get();
        if (asked != null && !asked.get().equals(Optional.of(tenant))) {
            throw new IllegalStateException("the application's TenantResolver tells another tenant than the one that "
                    + invocation.getMethod() + " is to run for, so it did not run; let the resolver ask"
                    + " TenantContext.current() first");
        }
    }

    private static void requireNoTransaction(MethodInvocation invocation) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalTransactionStateException(invocation.getMethod()
                    + " is to run for each tenant, and was called within a transaction, whose connection is of one tenant or"
                    + " none; it did not run. Call it from outside");
        }
    }

    /** An invocation proceeds once. The first copy makes the attributes that all of them share: a map, which no other may make too. */
    private static MethodInvocation copy(ProxyMethodInvocation invocation) {
        synchronized (invocation) {
            return invocation.invocableClone();
        }
    }

    private static void proceed(MethodInvocation invocation) throws Exception {
        try {
            invocation.proceed();
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new UndeclaredThrowableException(e);
        }
    }
}
