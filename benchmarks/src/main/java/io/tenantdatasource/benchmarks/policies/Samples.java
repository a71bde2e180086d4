package io.tenantdatasource.benchmarks.policies;

import io.tenantdatasource.benchmarks.policies.Query.Asker;

/** Who asks, and for what. */
record Samples(Sample small, Sample large) {

    Sample of(Asker asker) {
        return switch (asker) {
            case SMALL -> small;
            case LARGE -> large;
            case NOBODY -> Sample.NOBODY;
        };
    }
}
