/** Micrometer's meters of what data sources do for tenants. */
package io.tenantdatasource.spring.metrics;
