package io.tenantdatasource.springtests;

import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest(properties = {"tenant-datasource.binding=transaction", "spring.datasource.hikari.maximum-pool-size=2"})
class TransactionsBoundByTransactionTest extends TransactionsTest {}
