package io.tenantdatasource.examples.quickstart;

/** How much of everything. */
record Sizes(int sessions, int threads, int seconds) {}
