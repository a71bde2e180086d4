package io.tenantdatasource.spring.task;

import io.tenantdatasource.EachTenant.OnFailure;
import io.tenantdatasource.EachTenantException;
import io.tenantdatasource.TenantSource;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a method of a bean once for each tenant of the application's {@link TenantSource} bean, whenever it is called:
 *
 * <pre>{@code
 * @Scheduled(cron = "0 0 3 * * *")
 * @ForEachTenant
 * @Transactional
 * void bill() { ... }
 * }</pre>
 *
 * <p>The call returns when it has run for all. If it failed for some, {@link EachTenantException} is thrown then, so that a
 * scheduler's error handler sees who they were. {@link io.tenantdatasource.EachTenant} is the same without the annotation, and
 * tells the rest: threads, interruption, reports.
 *
 * <p><b>Order.</b> Each tenant is set before all other advice, so each has a transaction of its own with {@code @Transactional}. With
 * {@code @Async} all of it runs on one thread of the executor. A call from within a transaction throws, and the method does not run: the
 * transaction's connection is of one tenant, or of none, and would neither find all tenants nor work for them.
 *
 * <p><b>Limits.</b> The application does not start without a {@link TenantSource} bean, or with several of which none is primary; nor if
 * the method returns something, is private, static or final, or has a {@link ForTenant} parameter. As with any advice of Spring's, a call
 * from within the same object is not noticed. The annotation may stand in an interface, a superclass or another annotation.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
public @interface ForEachTenant {

    /**
     * Returns for how many tenants at a time it runs.
     *
     * @return the most at a time; no more than the pool has connections. More than 1 runs on threads of its own
     */
    int parallelism() default 1;

    /**
     * Returns what happens to the other tenants when it fails for one.
     *
     * @return the rule; whichever it is, the failure is thrown at the end
     */
    OnFailure onFailure() default OnFailure.CONTINUE;
}
