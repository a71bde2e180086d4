package io.tenantdatasource.test.conformance;

/** How a promise is tried. */
@FunctionalInterface
interface Trial {

    /**
     * Tries it.
     *
     * @param bench nobody else's
     * @throws BrokenPromise if the promise is not kept
     * @throws Exception if what was to work did not
     */
    void on(Bench bench) throws Exception;
}
