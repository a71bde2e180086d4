package io.tenantdatasource.spring.actuate;

import io.tenantdatasource.MissingTenant;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.TenantDataSourceOptions;
import io.tenantdatasource.TenantSwitch;
import io.tenantdatasource.spring.TenantDataSources;
import io.tenantdatasource.spring.TenantDataSources.Treatment;
import io.tenantdatasource.spring.startup.StartUpCheckReport;
import java.util.List;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** Shows which data sources are wrapped, and how. No value of a tenant, no URL, no user of a database. */
@Endpoint(id = "tenantdatasources")
final class TenantDataSourcesEndpoint {

    private final TenantDataSources dataSources;
    private final StartUpCheckReport report;

    TenantDataSourcesEndpoint(TenantDataSources dataSources, StartUpCheckReport report) {
        this.dataSources = dataSources;
        this.report = report;
    }

    /** All of them; and the beans that were created too early to be wrapped. */
    record Shown(List<ShownDataSource> dataSources, List<String> notBound) {}

    /** One bean. What a router routes to is several times bound. */
    record ShownDataSource(
            String name, String type, Treatment treatment, List<ShownBinding> bound, List<ShownFinding> findings) {}

    /** How connections are bound. That a role is assumed is shown, and not which. */
    record ShownBinding(
            TenantBinding binding,
            MissingTenant onMissingTenant,
            TenantSwitch onTenantSwitch,
            List<String> settings,
            boolean assumesRole,
            long missingTenants) {

        static ShownBinding of(TenantDataSource dataSource) {
            TenantDataSourceOptions options = dataSource.options();
            return new ShownBinding(
                    options.binding(),
                    options.onMissingTenant(),
                    options.onTenantSwitch(),
                    options.settings(),
                    options.assumedRole().isPresent(),
                    dataSource.missingTenantCount());
        }
    }

    @ReadOperation
    Shown tenantDataSources() {
        return new Shown(dataSources.all().stream().map(this::shown).toList(), dataSources.missed());
    }

    private ShownDataSource shown(TenantDataSources.Entry entry) {
        return new ShownDataSource(
                entry.beanName(),
                entry.type(),
                entry.treatment(),
                dataSources.boundBy(entry.beanName()).stream()
                        .map(ShownBinding::of)
                        .toList(),
                ShownFinding.of(report, entry.beanName()));
    }
}
