package io.tenantdatasource.spring.task;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task that runs for the tenant of who handed it over, on a thread that belongs to an executor or a scheduler of Spring's. What
 * {@link TenantContext#wrap(Runnable)} throws if the task leaves a scope open is logged here: nobody waits for it.
 */
record TaskOfTenant(Runnable task, Optional<Tenant> tenant) implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(TaskOfTenant.class);

    static Runnable of(Runnable task) {
        return new TaskOfTenant(task, TenantContext.current());
    }

    @Override
    public void run() {
        TenantContext.Scope scope = tenant.map(TenantContext::open).orElseGet(TenantContext::openWithoutTenant);
        try {
            task.run();
        } finally {
            close(scope);
        }
    }

    private void close(TenantContext.Scope scope) {
        try {
            scope.close();
        } catch (IllegalStateException leftOpen) {
            LOG.warn(
                    "{} left scopes of TenantContext open. They were closed, so that the thread works for nobody afterwards",
                    task,
                    leftOpen);
        }
    }
}
