/** What Spring adds to the refusal of a statement that runs for another tenant than its transaction. */
package io.tenantdatasource.spring.transaction;
