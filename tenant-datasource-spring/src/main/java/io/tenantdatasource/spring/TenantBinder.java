package io.tenantdatasource.spring;

import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.TenantResolver;
import io.tenantdatasource.spring.TenantDataSources.Treatment;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/** Puts a {@link TenantDataSource} where it belongs in a chain of data sources, once. Connects to nothing. */
final class TenantBinder {

    private final TenantResolver resolver;
    private final TenantDataSourceProperties properties;
    private final List<TenantDataSourceCustomizer> customizers;

    TenantBinder(
            TenantResolver resolver,
            TenantDataSourceProperties properties,
            List<TenantDataSourceCustomizer> customizers) {
        this.resolver = resolver;
        this.properties = properties;
        this.customizers = customizers;
    }

    /** What to use instead of a data source, which is itself if it needs no wrapper around it. */
    record Result(DataSource dataSource, Treatment treatment) {}

    Result bind(DataSource dataSource, String beanName) throws SQLException {
        if (isBound(dataSource)) {
            return new Result(dataSource, Treatment.ALREADY_BOUND);
        }
        if (belongsAroundTheBinding(dataSource)) {
            DelegatingDataSource proxy = (DelegatingDataSource) dataSource;
            proxy.setTargetDataSource(wrap(proxy.getTargetDataSource(), beanName));
            return new Result(proxy, Treatment.BOUND_INSIDE);
        }
        return new Result(wrap(dataSource, beanName), Treatment.BOUND);
    }

    /** The start-up check asks the database, or is not to. */
    private DataSource wrap(DataSource pool, String beanName) {
        TenantDataSource.Builder builder =
                TenantDataSource.builder(pool).resolver(resolver).databaseCheck(false);
        properties.applyTo(builder);
        customizers.forEach(customizer -> customizer.customize(beanName, builder));
        return builder.build();
    }

    /**
     * Binding runs a statement, which a lazy proxy is there to put off, and begins with a roll-back, which would hit the
     * transaction that a transaction-aware one joins.
     */
    private static boolean belongsAroundTheBinding(DataSource dataSource) {
        return dataSource instanceof LazyConnectionDataSourceProxy
                || dataSource instanceof TransactionAwareDataSourceProxy;
    }

    /** A router answers {@code isWrapperFor} for the target of this moment, and throws if there is none: look at all. */
    private static boolean isBound(DataSource dataSource) throws SQLException {
        if (dataSource instanceof AbstractRoutingDataSource router) {
            return allOrNoneBound(targets(router));
        }
        if (dataSource instanceof DelegatingDataSource proxy && proxy.getTargetDataSource() != null) {
            return isBound(proxy.getTargetDataSource());
        }
        return dataSource.isWrapperFor(TenantDataSource.class);
    }

    /** A router with one unbound target among bound ones would hand out connections of no tenant now and then. */
    private static boolean allOrNoneBound(List<DataSource> targets) throws SQLException {
        int bound = 0;
        for (DataSource target : targets) {
            bound += isBound(target) ? 1 : 0;
        }
        if (bound > 0 && bound < targets.size()) {
            throw new IllegalStateException(bound + " of its " + targets.size()
                    + " targets bind their connections to a tenant, the others do not");
        }
        return bound > 0;
    }

    static List<DataSource> targets(AbstractRoutingDataSource router) {
        List<DataSource> targets =
                new ArrayList<>(router.getResolvedDataSources().values());
        if (router.getResolvedDefaultDataSource() != null) {
            targets.add(router.getResolvedDefaultDataSource());
        }
        return targets;
    }
}
