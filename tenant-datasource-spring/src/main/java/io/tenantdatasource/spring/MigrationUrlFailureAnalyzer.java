package io.tenantdatasource.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.UnsupportedDataSourcePropertyException;

/** Spring Boot cannot copy the URL of a wrapped pool for {@code spring.flyway.user} and {@code spring.liquibase.user}. */
final class MigrationUrlFailureAnalyzer extends AbstractFailureAnalyzer<UnsupportedDataSourcePropertyException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedDataSourcePropertyException cause) {
        return new FailureAnalysis(
                "Flyway or Liquibase was given a user of its own but no URL, and Spring Boot cannot take the URL over from a"
                        + " data source whose connections are bound to a tenant.",
                "Set spring.flyway.url, or spring.liquibase.url, beside the user; it may be ${spring.datasource.url}.",
                cause);
    }
}
