package io.tenantdatasource.test;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * Lets what Spring does around a test work for the test's tenant too: its transaction, so that the connection which that
 * keeps is the tenant's, {@code @Sql}, {@code @BeforeTransaction} and {@code @AfterTransaction}. The tenant is that of
 * {@link AsTenant}, as for the test itself.
 *
 * <p>Registered by being there: Spring finds it in {@code META-INF/spring.factories}. A test that replaces Spring's default
 * listeners has to name it, or the transaction's connection belongs to no tenant, and refuses the test's statements.
 *
 * <p>Application contexts are opened and closed outside of it, for no tenant: they are shared by tests of other ones.
 */
public final class TenantTestExecutionListener implements TestExecutionListener, Ordered {

    /**
     * After Spring's listeners that open application contexts and close dirty ones (2000, 3000), before the one that begins
     * transactions (4000).
     */
    public static final int ORDER = 3900;

    private static final String OPEN = TenantTestExecutionListener.class.getName() + ".open";

    private static final boolean SPRING_TX = ClassUtils.isPresent(
            "org.springframework.transaction.support.TransactionSynchronizationManager",
            TenantTestExecutionListener.class.getClassLoader());

    /**
     * From before a test until after it.
     *
     * @param scope of the test's tenant
     * @param argumentIsUnknown whether the test's method will be told of another one
     */
    private record Open(Optional<TenantContext.Scope> scope, boolean argumentIsUnknown) {}

    /** Creates one, as Spring does. */
    public TenantTestExecutionListener() {}

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public void beforeTestMethod(TestContext context) {
        UpcomingTest.take(context.getTestInstance(), context.getTestMethod())
                .ifPresent(test -> context.setAttribute(OPEN, open(test)));
    }

    private static Open open(ExtensionContext test) {
        Optional<Tenant> tenant = AnnotatedTenant.of(test);
        return new Open(tenant.map(TenantContext::open), AnnotatedTenant.isToldByUnknownArgument(test));
    }

    /**
     * Refuses a test in whose transaction no statement could run.
     *
     * @throws ExtensionConfigurationException if the test's argument tells its tenant, and was not known when the transaction
     *     began
     */
    @Override
    public void beforeTestExecution(TestContext context) {
        if (context.getAttribute(OPEN) instanceof Open open
                && open.argumentIsUnknown()
                && SPRING_TX
                && TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new ExtensionConfigurationException("The transaction around "
                    + context.getTestMethod().getName()
                    + " has begun before its argument could tell the tenant, so that its connection is not the tenant's."
                    + " Use JUnit 5.13 or later and no @ConvertWith on that parameter, or leave @Transactional out, or"
                    + " write a method with @AsTenant(\"…\") for each tenant");
        }
    }

    @Override
    public void afterTestMethod(TestContext context) {
        if (context.removeAttribute(OPEN) instanceof Open open) {
            open.scope().ifPresent(TenantContext.Scope::close);
        }
    }
}
