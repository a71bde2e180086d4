package io.tenantdatasource.test.conformance;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What came of trying all promises on one wrapper.
 *
 * @param name of the wrapper
 * @param findings one for each {@link Promise}, in their order
 * @param price what a query costs
 */
public record ConformanceReport(String name, List<Finding> findings, Price price) {

    /**
     * Keeps the findings.
     *
     * @param name of the wrapper
     * @param findings copied
     * @param price what a query costs
     */
    public ConformanceReport {
        findings = List.copyOf(findings);
    }

    /**
     * Returns what came of one promise.
     *
     * @param promise the promise
     * @return what came of it
     */
    public Finding of(Promise promise) {
        return findings.stream()
                .filter(finding -> finding.promise() == promise)
                .findFirst()
                .orElseThrow();
    }

    /**
     * Returns the promises that were not kept.
     *
     * @return their findings
     */
    public List<Finding> broken() {
        return findings.stream().filter(finding -> finding.verdict().isBroken()).toList();
    }

    /**
     * Whether all promises were kept.
     *
     * @return false if there is any that was broken
     */
    public boolean keepsAll() {
        return broken().isEmpty();
    }

    /** A line that counts, and below it a line for each promise that was broken. */
    @Override
    public String toString() {
        return name + " keeps " + (findings.size() - broken().size()) + " of " + findings.size() + " promises"
                + broken().stream().map(finding -> "\n- " + finding).collect(Collectors.joining());
    }
}
