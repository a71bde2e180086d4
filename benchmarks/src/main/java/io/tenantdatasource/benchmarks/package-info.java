/** What a tenant costs, as a ratio to the raw pool. */
package io.tenantdatasource.benchmarks;
