package io.tenantdatasource.it.cut;

/** Which way bytes go. */
enum Direction {
    TO_SERVER,
    TO_CLIENT
}
