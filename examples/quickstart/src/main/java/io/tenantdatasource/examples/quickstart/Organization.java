package io.tenantdatasource.examples.quickstart;

import java.util.UUID;

/** A tenant of the sample data. */
record Organization(UUID id, String name) {}
