package io.tenantdatasource.internal.jdbc;

/** What stands before one object of the driver. */
interface Guard {

    /** The driver's object. */
    Object guarded();

    /** Whether an object of the driver is the one, or one of those, that this stands before. */
    default boolean guards(Object drivers) {
        return guarded().equals(drivers);
    }

    /** What the user holds instead of it. */
    Object proxy();

    /** What it was got from, so that {@code getStatement()} finds it again; null for what the connection gave. */
    Guard origin();
}
