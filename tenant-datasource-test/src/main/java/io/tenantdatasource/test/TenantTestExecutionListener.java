package io.tenantdatasource.test;

import io.tenantdatasource.TenantContext;
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
 * <p>A test without annotations runs as before, but fails if it leaves a scope of {@link TenantContext} open.
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
     * @param scope of the test's tenant, or of none
     * @param argumentIsUnknown whether the test's method will be told of another one
     */
    private record Open(TenantContext.Scope scope, boolean argumentIsUnknown) {}

    /** Creates one, as Spring does; from then on scopes remember where they were opened, as with {@link TenantExtension}. */
    public TenantTestExecutionListener() {
        TenantExtension.traceScopes();
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    /** The context is there by now, and with it what its migrations have written. */
    @Override
    public void prepareTestInstance(TestContext context) {
        ContextDatabase.of(context).ifPresent(database -> {
            database.beginShared();
            database.beginClass(context.getTestClass().getName());
        });
    }

    @Override
    public void beforeTestMethod(TestContext context) {
        ContextDatabase.of(context).ifPresent(database -> database.beginTest(id(context)));
        Open open = UpcomingTest.take(context.getTestInstance(), context.getTestMethod())
                .map(TenantTestExecutionListener::annotated)
                .orElseGet(TenantTestExecutionListener::asBefore);
        context.setAttribute(OPEN, open);
    }

    private static Open annotated(ExtensionContext test) {
        boolean argumentIsUnknown = AnnotatedTenant.isToldByUnknownArgument(test);
        return new Open(TenantExtension.open(AnnotatedTenant.of(test)), argumentIsUnknown);
    }

    /** Changes nothing for tests that use no annotation, but finds the scopes that they leave open. */
    private static Open asBefore() {
        return new Open(
                TenantContext.current().map(TenantContext::open).orElseGet(TenantContext::openWithoutTenant), false);
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
                    + " Use JUnit 5.14 or later and no @ConvertWith on that parameter, or leave @Transactional out, or"
                    + " write a method with @AsTenant(\"…\") for each tenant");
        }
    }

    /**
     * Ends what {@link #beforeTestMethod} began, when the test's transaction has ended.
     *
     * @throws IllegalStateException if the test left scopes or connections open, with the places where they were opened
     */
    @Override
    public void afterTestMethod(TestContext context) {
        try {
            if (context.removeAttribute(OPEN) instanceof Open open) {
                open.scope().close();
            }
        } finally {
            ContextDatabase.of(context).ifPresent(database -> database.endTest(id(context)));
        }
    }

    /** What a class has written before its tests is gone for the next one that shares the context. */
    @Override
    public void afterTestClass(TestContext context) {
        ContextDatabase.of(context)
                .ifPresent(database -> database.endClass(context.getTestClass().getName()));
    }

    /** The same for one run of a test, and no other: each has an instance, or a method, of its own. */
    private static String id(TestContext context) {
        return context.getTestMethod() + "@" + System.identityHashCode(context.getTestInstance());
    }
}
