/** Files of migrations, before they run: whether they change rows that row security hides from who runs them. */
package io.tenantdatasource.test.migration;
