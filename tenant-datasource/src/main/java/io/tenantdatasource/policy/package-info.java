/** The database side: migrations that make row-level security ask for the tenant that a connection is bound to. */
package io.tenantdatasource.policy;
