/** What row-level security costs, as a ratio to the same query on a table without it. */
package io.tenantdatasource.benchmarks.policies;
