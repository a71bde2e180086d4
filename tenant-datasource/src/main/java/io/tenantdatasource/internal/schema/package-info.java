/**
 * How the rows of a schema's tables reach the organization that they belong to, worked out from foreign keys alone. Knows no
 * database. Not exported: may change at any time.
 */
package io.tenantdatasource.internal.schema;
