/** Proves that a schema isolates its tenants: tries everything that they must not do, and says what got through. */
package io.tenantdatasource.test.isolation;
