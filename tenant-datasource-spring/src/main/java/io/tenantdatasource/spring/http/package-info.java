/** The tenant in requests to other services of one's own. */
package io.tenantdatasource.spring.http;
