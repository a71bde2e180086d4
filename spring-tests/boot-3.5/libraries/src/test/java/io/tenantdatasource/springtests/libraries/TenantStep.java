package io.tenantdatasource.springtests.libraries;

import static java.util.stream.Collectors.toMap;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantSource;
import java.sql.SQLException;
import java.util.Map;
import org.springframework.batch.core.JobInterruptedException;
import org.springframework.batch.core.Step;
import org.springframework.batch.core.StepExecution;
import org.springframework.batch.core.partition.support.Partitioner;
import org.springframework.batch.item.ExecutionContext;

/** A step of a partitioned one, run for the tenant that its partition is of. */
record TenantStep(Step step) implements Step {

    private static final String ORGANIZATION = "organization";

    /** One partition for each tenant; a restart goes on with those that have not completed. */
    static Partitioner partitions(TenantSource tenants) {
        return gridSize -> {
            try {
                return tenants.tenants().stream().collect(toMap(Tenant::organizationId, TenantStep::partition));
            } catch (SQLException e) {
                throw new IllegalStateException("Could not read for which tenants to run", e);
            }
        };
    }

    private static ExecutionContext partition(Tenant tenant) {
        return new ExecutionContext(Map.of(ORGANIZATION, tenant.organizationId()));
    }

    @Override
    public String getName() {
        return step.getName();
    }

    @Override
    public void execute(StepExecution execution) throws JobInterruptedException {
        String organizationId = execution.getExecutionContext().getString(ORGANIZATION);
        try (var scope = TenantContext.open(Tenant.of(organizationId))) {
            step.execute(execution);
        }
    }
}
