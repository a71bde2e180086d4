package io.tenantdatasource.spring.hibernate;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells it in Spring Boot's own form instead of by a stack trace. */
final class CachedAcrossTenantsFailureAnalyzer extends AbstractFailureAnalyzer<CachedAcrossTenantsException> {

    CachedAcrossTenantsFailureAnalyzer() {}

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, CachedAcrossTenantsException cause) {
        return new FailureAnalysis(cause.description(), cause.action(), cause);
    }
}
