package io.tenantdatasource.springtests.libraries;

import io.tenantdatasource.test.TenantDatabase;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;

/** A test of the application, in the one context that all of these share. */
@SpringBootTest(classes = BooksApplication.class)
@TenantDatabase(
        schema = BooksSchema.class,
        memberOf = {"authenticated", "session_login"})
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface BooksTest {}
