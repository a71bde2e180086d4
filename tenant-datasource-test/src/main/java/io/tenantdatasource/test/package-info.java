/** Fixtures for tests on a real PostgreSQL. */
package io.tenantdatasource.test;
