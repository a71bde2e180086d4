/** When the application starts: whether the database would do what the policies ask for. */
package io.tenantdatasource.spring.startup;
