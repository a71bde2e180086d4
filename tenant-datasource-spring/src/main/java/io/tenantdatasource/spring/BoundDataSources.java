package io.tenantdatasource.spring;

import io.tenantdatasource.TenantDataSource;
import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/** Finds the wrappers inside of a chain of data sources. */
final class BoundDataSources {

    private final Set<TenantDataSource> found = Collections.newSetFromMap(new IdentityHashMap<>());

    private BoundDataSources() {}

    static List<TenantDataSource> in(DataSource dataSource) {
        BoundDataSources bound = new BoundDataSources();
        bound.look(dataSource);
        return List.copyOf(bound.found);
    }

    /** What unwraps to the target of this moment, or can do without one, is asked for all that it has. */
    private void look(DataSource dataSource) {
        if (dataSource instanceof TenantDataSource bound) {
            found.add(bound);
        } else if (dataSource instanceof AbstractRoutingDataSource router) {
            TenantBinder.targets(router).forEach(this::look);
        } else if (dataSource instanceof DelegatingDataSource proxy && proxy.getTargetDataSource() != null) {
            look(proxy.getTargetDataSource());
        } else {
            unwrap(dataSource);
        }
    }

    private void unwrap(DataSource dataSource) {
        try {
            if (dataSource.isWrapperFor(TenantDataSource.class)) {
                found.add(dataSource.unwrap(TenantDataSource.class));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Could not tell whether " + dataSource.getClass() + " is bound", e);
        }
    }
}
