/** Spring's cache abstraction, which answers without asking the database, and so without asking for whom. */
package io.tenantdatasource.spring.cache;
