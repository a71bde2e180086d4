package io.tenantdatasource.spring;

import io.tenantdatasource.TenantDataSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import javax.sql.DataSource;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * What became of each {@code DataSource} bean of the application. Safe for concurrent use. Beans that are not created yet,
 * because they are lazy, are not in it.
 */
public final class TenantDataSources {

    /** What was done with a data source, and why. */
    public enum Treatment {
        /** It was wrapped: its connections are bound to the tenant of the running code. */
        BOUND,
        /** It stayed the bean that it is, and what it takes connections from was wrapped: it has to stand outside. */
        BOUND_INSIDE,
        /** It was bound before: it is, wraps, or routes to, data sources that are. */
        ALREADY_BOUND,
        /** It is for migrations, and left as it is: they run as the owner of the tables, for no tenant. */
        MIGRATION,
        /** It is named in {@code tenant-datasource.exclude}, and left as it is. */
        EXCLUDED
    }

    /**
     * One data source.
     *
     * @param beanName the name of its bean
     * @param type the class of the bean before it was wrapped
     * @param treatment what was done with it
     */
    public record Entry(String beanName, String type, Treatment treatment) {}

    private record Known(Entry entry, DataSource dataSource) {}

    private final Map<String, Known> known = new ConcurrentSkipListMap<>();
    private final ConfigurableListableBeanFactory beans;

    TenantDataSources(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    /**
     * Returns all data sources that were created so far.
     *
     * @return one entry a bean, by name
     */
    public List<Entry> all() {
        return known.values().stream().map(Known::entry).toList();
    }

    /**
     * Returns the wrappers through which the connections of a bean come.
     *
     * @param beanName the name of a {@code DataSource} bean
     * @return each once: one as a rule, several for a routing data source, none for what was left as it is or is unknown
     * @throws IllegalStateException if a data source inside of it cannot tell whether it is bound
     */
    public List<TenantDataSource> boundBy(String beanName) {
        Known bean = known.get(beanName);
        return bean == null ? List.of() : BoundDataSources.in(bean.dataSource());
    }

    /**
     * Returns the data sources that are there and were never seen, so that their connections belong to no tenant: beans
     * that something needed before bean post-processors were set up, such as another one of those, and singletons that
     * were registered as they are. What a {@code FactoryBean} makes is not looked at.
     *
     * @return the names of their beans; empty if all is well
     */
    public List<String> missed() {
        return Arrays.stream(beans.getBeanNamesForType(DataSource.class, true, false))
                .filter(name -> beans.containsSingleton(name) && !beans.isFactoryBean(name))
                .filter(name -> !known.containsKey(name) && !ScopedProxyUtils.isScopedTarget(name))
                .toList();
    }

    /** A bean of a scope is told again each time it is created. */
    void add(Entry entry, DataSource dataSource) {
        known.put(entry.beanName(), new Known(entry, dataSource));
    }
}
