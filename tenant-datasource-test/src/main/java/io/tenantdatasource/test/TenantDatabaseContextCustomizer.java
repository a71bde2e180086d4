package io.tenantdatasource.test;

import java.util.HashMap;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Lets an application connect as its user, and migrate as the owner, by the properties that Spring Boot reads. Equal ones share
 * a context.
 */
record TenantDatabaseContextCustomizer(DatabaseRequest request) implements ContextCustomizer {

    private static final String NAME = "tenantDatabase";

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
        ContextDatabase database = ContextDatabase.open(request);
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        NAME, properties(database.fixture().database())));
        context.getBeanFactory().registerSingleton(NAME, database.fixture().database());
        context.getBeanFactory().registerSingleton(ContextDatabase.BEAN, database);
        // What is registered first is destroyed last: the pools are closed before it.
        ((DefaultSingletonBeanRegistry) context.getBeanFactory()).registerDisposableBean(NAME, database::close);
    }

    private static Map<String, Object> properties(TestDatabase database) {
        PGSimpleDataSource application = database.application();
        PGSimpleDataSource owner = database.owner();
        Map<String, Object> properties = new HashMap<>();
        properties.put("spring.datasource.url", application.getURL());
        properties.put("spring.datasource.username", application.getUser());
        properties.put("spring.datasource.password", application.getPassword());
        for (String migration : new String[] {"spring.flyway", "spring.liquibase"}) {
            properties.put(migration + ".url", owner.getURL());
            properties.put(migration + ".user", owner.getUser());
            properties.put(migration + ".password", owner.getPassword());
        }
        return properties;
    }
}
