package io.tenantdatasource.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test for a tenant, with what is run before and after it.
 *
 * <p>On a class it holds for its tests and those of its nested classes, and for {@code @BeforeAll} and {@code @AfterAll};
 * the innermost annotation wins: method, nested class, class. {@code @AsTenant(user = "anna")} without an organization
 * narrows the tenant that holds further out to one of its users.
 *
 * <p>On a parameter of a {@code @ParameterizedTest} the argument tells the tenant, so each organization is a run of its own:
 *
 * <pre>{@code
 * @ParameterizedTest
 * @ValueSource(strings = {"acme", "globex"})
 * void seesItsOwnInvoices(@AsTenant String organization) { … }
 * }</pre>
 *
 * <p>That holds for the test method itself, and from JUnit 5.14 on for what is run before and after it too, unless the
 * parameter has a {@code @ConvertWith}. From then on it may also stand on a parameter of the constructor of a
 * {@code @ParameterizedClass}, for all of its tests. The argument is a text as in {@link #value()}, a {@link java.util.UUID},
 * or a {@link io.tenantdatasource.Tenant}.
 *
 * <p>A test fails if it leaves a scope of {@link io.tenantdatasource.TenantContext} open, and is told where that was opened;
 * the next test starts without it.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.PARAMETER})
@ExtendWith(TenantExtension.class)
public @interface AsTenant {

    /**
     * Returns the organization: a name such as {@code acme}, which stands for the same id in each run, or an id.
     *
     * @return as {@link Tenants#named(String)} takes it; empty for that of the tenant further out
     */
    String value() default "";

    /**
     * Returns the user.
     *
     * @return a name or an id; empty for the organization as a whole
     */
    String user() default "";
}
