package io.tenantdatasource.spring.startup;

import java.util.List;

/** What the start-up check found. Safe for concurrent use; empty until the check has run, and if it is off. */
public final class StartUpCheckReport {

    private volatile List<Finding> findings = List.of();

    StartUpCheckReport() {}

    /**
     * Returns all that was found when the application started.
     *
     * @return in the order in which it was logged
     */
    public List<Finding> findings() {
        return findings;
    }

    void set(List<Finding> findings) {
        this.findings = List.copyOf(findings);
    }
}
