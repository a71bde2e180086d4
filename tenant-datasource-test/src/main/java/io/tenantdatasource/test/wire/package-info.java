/** Faults, and what goes over the wire between driver and server: all of it for tests. */
package io.tenantdatasource.test.wire;
