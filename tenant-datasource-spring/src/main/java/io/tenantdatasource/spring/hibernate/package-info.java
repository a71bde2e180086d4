/** Hibernate's caches, which answer without asking the database, and so without asking for whom. */
package io.tenantdatasource.spring.hibernate;
