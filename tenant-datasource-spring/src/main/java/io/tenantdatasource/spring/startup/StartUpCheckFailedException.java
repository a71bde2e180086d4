package io.tenantdatasource.spring.startup;

import java.util.List;

/** The database would not keep tenants apart, and the application was told not to start then. */
final class StartUpCheckFailedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    StartUpCheckFailedException(List<Finding> findings) {
        super("The start-up check found, with tenant-datasource.start-up-check=fail: " + findings);
        this.findings = List.copyOf(findings);
    }

    List<Finding> findings() {
        return findings;
    }
}
