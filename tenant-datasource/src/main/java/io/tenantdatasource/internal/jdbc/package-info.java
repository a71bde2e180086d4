/**
 * The wall around a borrowed connection: every JDBC object that is reached from it leads back to it, and none leads
 * past it. Knows nothing of tenants; a {@link io.tenantdatasource.internal.jdbc.Binding} does. Not exported:
 * may change at any time.
 */
package io.tenantdatasource.internal.jdbc;
