package io.tenantdatasource.test.conformance;

/** A promise was not kept. */
final class BrokenPromise extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Verdict verdict;

    BrokenPromise(Verdict verdict, String sentence) {
        super(sentence);
        this.verdict = verdict;
    }

    Verdict verdict() {
        return verdict;
    }
}
