package io.tenantdatasource.springtests.libraries;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A test that is run through each of them. */
@ParameterizedTest
@ValueSource(
        classes = {
            JdbcTemplateLibrary.class,
            JpaLibrary.class,
            DataJdbcLibrary.class,
            JooqLibrary.class,
            JdbiLibrary.class,
            MyBatisLibrary.class
        })
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface EachLibrary {}
