/** What the packages of this module share, and applications do not use. */
package io.tenantdatasource.spring.internal;
