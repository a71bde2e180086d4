package io.tenantdatasource.spring;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** What a native image has to be told of this module: what is looked up by its name. The core's jar tells the rest itself. */
final class TenantDataSourceRuntimeHints implements RuntimeHintsRegistrar {

    TenantDataSourceRuntimeHints() {}

    @Override
    public void registerHints(RuntimeHints hints, ClassLoader classLoader) {
        MigrationDataSources.QUALIFIERS.forEach(name -> hints.reflection().registerTypeIfPresent(classLoader, name));
    }
}
