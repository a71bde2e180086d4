/**
 * The tenant along with the first statement of each transaction, by what pgjdbc does with two statements in one string.
 * The only package that names a driver; loaded for {@code TenantBinding.TRANSACTION} alone. Not exported: may change at
 * any time.
 */
package io.tenantdatasource.internal.pgjdbc;
