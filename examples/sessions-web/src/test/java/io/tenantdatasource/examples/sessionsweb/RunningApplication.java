package io.tenantdatasource.examples.sessionsweb;

import io.tenantdatasource.test.TenantDatabase;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Import;

/** The application as people run it, with the users of the demonstration. All tests with it share one. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@AutoConfigureMockMvc
@Import(CountedComparisons.class)
@TenantDatabase(memberOf = {"authenticated", "session_login"})
@interface RunningApplication {}
