package io.tenantdatasource.test;

import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * The database of an application context, from when that is opened until it is closed. A context migrates it as it likes, so no
 * two have the same one.
 */
record ContextDatabase(ClassDatabase fixture, TenantDatabases.Use use) {

    static final String BEAN = "tenantDatabaseFixture";

    static ContextDatabase open(DatabaseRequest request) {
        TenantDatabases.Use use = TenantDatabases.ofThisJvm().use();
        try {
            return new ContextDatabase(new ClassDatabase(use.copy(request)), use);
        } catch (RuntimeException e) {
            use.close();
            throw e;
        }
    }

    /** Of a test whose context has been opened, and was told of one. */
    static Optional<ClassDatabase> of(TestContext test) {
        return test.hasApplicationContext() && test.getApplicationContext().containsBean(BEAN)
                ? Optional.of(of(test.getApplicationContext()))
                : Optional.empty();
    }

    /** Opens the context if need be, as Spring does for what it injects. */
    static ClassDatabase of(ExtensionContext test) {
        return of(SpringExtension.getApplicationContext(test));
    }

    private static ClassDatabase of(ApplicationContext context) {
        return context.getBean(BEAN, ContextDatabase.class).fixture();
    }

    /** Contexts are closed at the end of the JVM, when a server that ends with it may have stopped already. */
    void close() {
        if (!fixture.database().endsWithTheJvm()) {
            fixture.close();
        }
        use.close();
    }
}
