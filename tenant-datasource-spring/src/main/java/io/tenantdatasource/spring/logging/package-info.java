/** The tenant in the context of log messages. */
package io.tenantdatasource.spring.logging;
