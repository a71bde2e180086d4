package io.tenantdatasource.internal.jdbc;

/** A call of the pool's or the driver's object. */
@FunctionalInterface
public interface Call {

    /**
     * Makes it.
     *
     * @return its result
     * @throws Throwable what it throws, as it is
     */
    Object make() throws Throwable;
}
