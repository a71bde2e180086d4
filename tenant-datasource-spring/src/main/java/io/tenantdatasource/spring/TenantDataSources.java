package io.tenantdatasource.spring;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

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

    private final Map<String, Entry> entries = new ConcurrentSkipListMap<>();

    TenantDataSources() {}

    /**
     * Returns all data sources that were created so far.
     *
     * @return one entry a bean, by name
     */
    public List<Entry> all() {
        return List.copyOf(entries.values());
    }

    void add(Entry entry) {
        entries.put(entry.beanName(), entry);
    }
}
