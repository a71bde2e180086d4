package io.tenantdatasource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What has become of each tenant in a run of {@link EachTenant}. Each is in one of these four, in the order of the source.
 *
 * @param done for whom the task returned
 * @param failed for whom it threw, and what. What it has done for them before, such as in a transaction of its own, is done
 * @param skipped who was left out, as told
 * @param notReached for whom it did not begin, since it was stopped
 */
public record EachTenantReport(
        List<Tenant> done, Map<Tenant, Throwable> failed, List<Tenant> skipped, List<Tenant> notReached) {

    /**
     * Copies all of them.
     *
     * @param done for whom the task returned
     * @param failed for whom it threw, and what
     * @param skipped who was left out
     * @param notReached for whom it did not begin
     * @throws NullPointerException if anything is null
     */
    public EachTenantReport {
        done = List.copyOf(done);
        failed = Collections.unmodifiableMap(new LinkedHashMap<>(failed)); // Map.copyOf would lose the order
        skipped = List.copyOf(skipped);
        notReached = List.copyOf(notReached);
    }

    /**
     * Tells whether there is nothing left to do: nobody failed, and everybody was reached.
     *
     * @return whether the task is done for all who were not skipped
     */
    public boolean isComplete() {
        return failed.isEmpty() && notReached.isEmpty();
    }

    /**
     * Returns whom it is not done for, to run it again: {@code EachTenant.of(report::remaining)}.
     *
     * @return those that failed, then those that were not reached
     */
    public List<Tenant> remaining() {
        List<Tenant> remaining = new ArrayList<>(failed.keySet());
        remaining.addAll(notReached);
        return List.copyOf(remaining);
    }

    /**
     * Throws unless it is {@linkplain #isComplete complete}: whoever was not reached is not done for, either.
     *
     * @return this report, if it is complete
     * @throws EachTenantException with the tenants, and what was thrown for them as suppressed exceptions
     */
    public EachTenantReport throwIfFailed() {
        if (!isComplete()) {
            throw new EachTenantException(this);
        }
        return this;
    }
}
