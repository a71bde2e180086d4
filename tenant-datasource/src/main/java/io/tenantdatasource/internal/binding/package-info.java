/**
 * Who has been told the tenant, how it is told to a session, and how a session is brought back. Not exported: may change
 * at any time.
 */
package io.tenantdatasource.internal.binding;
