package io.tenantdatasource.spring.startup;

import java.util.stream.Collectors;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells each finding of a start-up check that stopped the application, and how to start it all the same. */
final class StartUpCheckFailureAnalyzer extends AbstractFailureAnalyzer<StartUpCheckFailedException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, StartUpCheckFailedException cause) {
        return new FailureAnalysis(
                cause.findings().stream()
                        .map(finding -> "- " + finding)
                        .collect(Collectors.joining(
                                "\n", "The database would not keep tenants apart, or could not be asked:\n\n", "")),
                "Do what each finding says is next. To start all the same, and have them logged, set"
                        + " tenant-datasource.start-up-check=warn",
                cause);
    }
}
