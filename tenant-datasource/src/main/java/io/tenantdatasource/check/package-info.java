/** Whether a database keeps tenants apart for the role that an application works as, and why a row is not shown. */
package io.tenantdatasource.check;
