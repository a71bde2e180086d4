/** What a native image has to be told, as it cannot be seen by looking at the code. */
package io.tenantdatasource.spring.aot;
