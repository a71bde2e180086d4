package io.tenantdatasource.test;

import io.tenantdatasource.TenantDataSource;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;
import org.junit.platform.commons.support.AnnotationSupport;

/** Tells a class's database when what begins and ends, and injects what {@link TenantDatabase} promises. */
final class TenantDatabaseExtension
        implements BeforeAllCallback,
                TestInstancePreConstructCallback,
                BeforeEachCallback,
                AfterEachCallback,
                AfterAllCallback,
                ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(TenantDatabaseExtension.class);
    private static final Set<Class<?>> INJECTED = Set.of(DataSource.class, TenantDataSource.class, TestDatabase.class);

    /** Writes in the constructor of a test belong to the test. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (!isSprings(context)) {
            database(context).beginClass(context.getUniqueId());
        }
    }

    @Override
    public void preConstructTestInstance(TestInstanceFactoryContext factory, ExtensionContext context) {
        if (isSprings(context)) {
            return;
        }
        if (context.getTestMethod().isPresent()) {
            beginTest(context);
        } else {
            database(context).beginClass(context.getUniqueId());
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!isSprings(context)) {
            beginTest(context);
        }
    }

    /** What is in the store ends a test whose constructor fails, after which nothing else is called. */
    private static void beginTest(ExtensionContext context) {
        ClassDatabase database = database(context);
        String id = context.getUniqueId();
        context.getStore(NAMESPACE).put("test " + id, new ClosedWithContext<>(() -> database.endTest(id)));
        database.beginTest(id);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!isSprings(context)) {
            database(context).endTest(context.getUniqueId());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (!isSprings(context)) {
            database(context).endClass(context.getUniqueId());
        }
    }

    /** Whose transactions end after this extension is told of a test's end: {@link TenantTestExecutionListener} tells instead. */
    private static boolean isSprings(ExtensionContext context) {
        return context.getTestClass().filter(SpringTests::isOne).isPresent();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return (isSprings(context)
                        ? type == TestDatabase.class && !SpringTests.isInjectedBySpring(parameter.getParameter())
                        : INJECTED.contains(type))
                || parameter.isAnnotated(Owner.class)
                || parameter.isAnnotated(Unbound.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (parameter.isAnnotated(Owner.class) || parameter.isAnnotated(Unbound.class)) {
            return annotated(parameter, type, database(context));
        }
        if (type == TestDatabase.class) {
            return database(context).database();
        }
        return database(context).bound();
    }

    private static DataSource annotated(ParameterContext parameter, Class<?> type, ClassDatabase database) {
        boolean owner = parameter.isAnnotated(Owner.class);
        if (owner && parameter.isAnnotated(Unbound.class)) {
            throw new ParameterResolutionException("@Owner and @Unbound contradict each other on "
                    + parameter.getParameter() + "; the owner's data source binds to no tenant anyway");
        }
        if (type != DataSource.class) {
            throw new ParameterResolutionException((owner ? "@Owner" : "@Unbound")
                    + " is for a parameter of type javax.sql.DataSource, and " + parameter.getParameter() + " is none");
        }
        return owner ? database.owner() : database.unbound();
    }

    private static ClassDatabase database(ExtensionContext context) {
        return isSprings(context) ? ContextDatabase.of(context) : databaseOfClass(context);
    }

    private static ClassDatabase databaseOfClass(ExtensionContext context) {
        ExtensionContext ofClass = annotatedClass(context);
        Store store = ofClass.getStore(NAMESPACE);
        // of this context, for a store shows those of the contexts around it as well
        String key = ofClass.getUniqueId();
        ClosedWithContext<?> there = store.get(key, ClosedWithContext.class);
        if (there != null) {
            return (ClassDatabase) there.value();
        }
        Class<?> testClass = ofClass.getRequiredTestClass();
        TenantDatabase annotation = AnnotationSupport.findAnnotation(testClass, TenantDatabase.class)
                .orElseThrow();
        ClassDatabase made = new ClassDatabase(templates(context).copy(DatabaseRequest.of(annotation, testClass)));
        store.put(key, new ClosedWithContext<>(made));
        return made;
    }

    /** The outermost context of the innermost class that is annotated: a class may have several, a method's has its class. */
    private static ExtensionContext annotatedClass(ExtensionContext context) {
        Class<?> testClass = context.getTestClass()
                .orElseThrow(() -> new IllegalStateException(
                        "A class that uses TenantDatabaseExtension has to be annotated with @TenantDatabase"));
        Optional<ExtensionContext> parent = context.getParent();
        boolean isOutermost = parent.flatMap(ExtensionContext::getTestClass)
                .filter(testClass::equals)
                .isEmpty();
        return isOutermost && AnnotationSupport.isAnnotated(testClass, TenantDatabase.class)
                ? context
                : annotatedClass(parent.orElseThrow());
    }

    private static TenantDatabases.Use templates(ExtensionContext context) {
        Store store = context.getRoot().getStore(NAMESPACE);
        synchronized (TenantDatabaseExtension.class) {
            ClosedWithContext<?> there = store.get(TenantDatabases.class, ClosedWithContext.class);
            if (there == null) {
                there = new ClosedWithContext<>(TenantDatabases.ofThisJvm().use());
                store.put(TenantDatabases.class, there);
            }
            return (TenantDatabases.Use) there.value();
        }
    }

    /** JUnit before 5.13 closes nothing else that is in a store, and later ones close it too. */
    @SuppressWarnings("deprecation")
    private record ClosedWithContext<T extends AutoCloseable>(T value)
            implements Store.CloseableResource, AutoCloseable {

        @Override
        public void close() throws Exception {
            value.close();
        }
    }
}
