/** Assertions in the words of a test: whom a tenant sees, and what it cannot do. */
package io.tenantdatasource.test.assertions;
