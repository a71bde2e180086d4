package io.tenantdatasource.examples.quickstart;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often a physical connection went from one organization to another. */
final class Handovers {

    private final Map<Integer, UUID> lastOrganization = new ConcurrentHashMap<>();
    private final LongAdder count = new LongAdder();

    void add(int backend, UUID organization) {
        UUID before = lastOrganization.put(backend, organization);
        if (before != null && !before.equals(organization)) {
            count.increment();
        }
    }

    int connections() {
        return lastOrganization.size();
    }

    long count() {
        return count.sum();
    }
}
