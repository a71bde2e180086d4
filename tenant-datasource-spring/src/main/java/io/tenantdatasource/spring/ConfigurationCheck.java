package io.tenantdatasource.spring;

import io.tenantdatasource.TenantResolver;
import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.env.Environment;

/** Finds what would otherwise show at the first checkout, or never: when all beans are there, before anything is served. */
final class ConfigurationCheck implements SmartInitializingSingleton {

    private final TenantDataSourceProperties properties;
    private final ObjectProvider<TenantResolver> resolvers;
    private final ListableBeanFactory beans;
    private final UnknownProperties unknownProperties;

    ConfigurationCheck(
            TenantDataSourceProperties properties,
            ObjectProvider<TenantResolver> resolvers,
            ListableBeanFactory beans,
            Environment environment) {
        this.properties = properties;
        this.resolvers = resolvers;
        this.beans = beans;
        this.unknownProperties = new UnknownProperties(environment);
    }

    @Override
    public void afterSingletonsInstantiated() {
        unknownProperties.refuse();
        requireThatExcludedBeansExist();
        requireOneResolverAtMost();
    }

    /** A name that no bean has any more excludes nothing: what was meant is bound, or what it was said for has gone. */
    private void requireThatExcludedBeansExist() {
        Set<String> dataSources = new TreeSet<>(Set.of(beans.getBeanNamesForType(DataSource.class, true, false)));
        Set<String> unknown = new TreeSet<>(properties.exclude());
        unknown.removeAll(dataSources);
        if (!unknown.isEmpty()) {
            throw new MisconfigurationException(
                    TenantDataSourceProperties.PREFIX + ".exclude names " + unknown
                            + ", but the application's data sources are " + dataSources + ".",
                    "Correct the name, or take it out.");
        }
    }

    private void requireOneResolverAtMost() {
        try {
            resolvers.getIfAvailable();
        } catch (NoUniqueBeanDefinitionException e) {
            throw new MisconfigurationException(
                    "Several TenantResolver beans say who the tenant is, and none of them is primary: "
                            + e.getBeanNamesFound() + ".",
                    "Leave one, or mark the one that decides as @Primary.");
        }
    }
}
