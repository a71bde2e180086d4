package io.tenantdatasource.springtests.operations;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseDataSource;

/** Spring Boot's qualifier, whose package is another one in each line. */
@LiquibaseDataSource
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@interface OwnersDataSource {}
