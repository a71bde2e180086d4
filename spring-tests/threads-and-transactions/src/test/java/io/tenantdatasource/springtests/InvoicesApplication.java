package io.tenantdatasource.springtests;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableAsync;

/** An application that sets nothing of ours: a pool, transactions, and work on other threads. */
@SpringBootApplication
@EnableAsync
class InvoicesApplication {}
