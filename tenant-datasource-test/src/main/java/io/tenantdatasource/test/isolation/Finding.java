package io.tenantdatasource.test.isolation;

/** A hole, what shows that it is the one, and what closes it. */
record Finding(Hole hole, String remedy) {}
