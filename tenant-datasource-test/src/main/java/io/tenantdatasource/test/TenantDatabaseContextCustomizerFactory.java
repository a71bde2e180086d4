package io.tenantdatasource.test;

import java.util.List;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;

/** Tells the application contexts of test classes with {@link TenantDatabase} of that database. Spring finds it by itself. */
final class TenantDatabaseContextCustomizerFactory implements ContextCustomizerFactory {

    @Override
    public ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> configuration) {
        return SpringTests.request(testClass)
                .map(TenantDatabaseContextCustomizer::new)
                .orElse(null);
    }
}
