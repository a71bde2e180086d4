/** Many threads of many tenants on a small pool: whether one ever sees another's row, and how long each waits. */
package io.tenantdatasource.benchmarks.load;
