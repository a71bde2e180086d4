package io.tenantdatasource.spring.web;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/** Before Spring Boot's own for properties, which would find the same failure and know less about it. */
final class InvalidTenantConfigurationFailureAnalyzer
        extends AbstractFailureAnalyzer<InvalidTenantConfigurationException> implements Ordered {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidTenantConfigurationException cause) {
        return new FailureAnalysis(cause.description(), cause.action(), cause);
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
