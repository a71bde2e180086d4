/**
 * Spring Boot auto-configuration: with this module on the class path, every {@link javax.sql.DataSource} bean binds its
 * connections to the tenant of the running code.
 */
package io.tenantdatasource.spring;
