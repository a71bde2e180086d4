/** When Flyway or Liquibase migrates: whether row security would let a migration of data do nothing. */
package io.tenantdatasource.spring.migration;
