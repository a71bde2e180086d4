/** What PostgreSQL accepts as a name or a value. Not exported: may change at any time. */
package io.tenantdatasource.internal;
