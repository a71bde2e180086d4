package io.tenantdatasource.springtests.hibernatecache;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** An application as users have them, which relies on its second-level cache. */
@SpringBootApplication
class CachingApplication {}
