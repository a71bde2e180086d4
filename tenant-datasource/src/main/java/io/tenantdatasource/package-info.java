/**
 * The connection side: a {@link io.tenantdatasource.TenantDataSource} binds each connection to the
 * {@link io.tenantdatasource.Tenant} of the running code, and {@link io.tenantdatasource.TenantContext} says who that
 * is.
 */
package io.tenantdatasource;
