package io.tenantdatasource.spring.task;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.UUID;

/**
 * Runs a method of a bean for the tenant that this parameter is told, as {@link TenantContext#call} does. For jobs, which
 * begin with no tenant and work for one organization after the other:
 *
 * <pre>{@code
 * @Transactional
 * public void bill(@ForTenant UUID organizationId) { ... }
 * }</pre>
 *
 * <p>The parameter is a {@link Tenant}, or an organization as a {@link UUID} or {@link String}. A method with another type,
 * or with two of these, stops its bean from being created; a call with null, or with a text that is no organization, throws
 * {@link IllegalArgumentException}, and the method does not run.
 *
 * <p><b>Order.</b> The tenant is set before {@code @Transactional} begins a transaction, so that its connection is checked
 * out for this tenant, and on the thread on which {@code @Async} runs the method. Inside of another tenant's transaction
 * the method needs one of its own ({@code REQUIRES_NEW}): its statements are refused otherwise.
 *
 * <p><b>Limits.</b> As with any advice of Spring's, a call from within the same object is not noticed, and runs for the
 * tenant of its caller. What would never be noticed, a private, static or final method, stops its bean from being created.
 * What a method returns and leaves to run later, such as a {@code Mono}, is not run for this tenant. The annotation may
 * stand in an interface or a superclass.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface ForTenant {}
