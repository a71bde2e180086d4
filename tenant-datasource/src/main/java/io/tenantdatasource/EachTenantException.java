package io.tenantdatasource;

import java.util.ArrayList;
import java.util.List;

/**
 * Something was not done for each tenant, see {@link EachTenantReport#throwIfFailed}. The message names the tenants, up to 20 of
 * each kind. What was thrown for them is suppressed in this exception, in the same order.
 */
public final class EachTenantException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param report what has become of each tenant
     */
    public EachTenantException(EachTenantReport report) {
        super(message(report));
        report.failed().values().forEach(this::addSuppressed);
    }

    private static String message(EachTenantReport report) {
        List<String> parts = new ArrayList<>();
        if (!report.failed().isEmpty()) {
            parts.add("failed for " + report.failed().size() + ": "
                    + TenantNames.of(report.failed().keySet()));
        }
        if (!report.notReached().isEmpty()) {
            parts.add("stopped before " + report.notReached().size() + ": " + TenantNames.of(report.notReached()));
        }
        return "Done for " + report.done().size() + " tenants, " + String.join("; ", parts)
                + ". To go on, skip those that the report has as done";
    }
}
