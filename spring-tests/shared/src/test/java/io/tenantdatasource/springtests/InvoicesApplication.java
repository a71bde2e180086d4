package io.tenantdatasource.springtests;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** An application as users have them: a controller, a service, a pool, and row security on its table. */
@SpringBootApplication
class InvoicesApplication {}
