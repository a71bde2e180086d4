/** What a statement's text is, as far as it can be told for certain. Not exported: may change at any time. */
package io.tenantdatasource.internal.sql;
