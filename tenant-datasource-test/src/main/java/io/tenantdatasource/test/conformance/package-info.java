/** The promises of a tenant's connection, to be tried on any wrapper of a {@code DataSource}. */
package io.tenantdatasource.test.conformance;
