/** The tenant in Micrometer's context propagation. */
package io.tenantdatasource.spring.propagation;
