package io.tenantdatasource.it.program;

/**
 * What a program shows that must not be.
 *
 * @param kind what is wrong, the same for all that are wrong in this way
 * @param detail what was seen
 */
record Finding(String kind, String detail) {}
