package io.tenantdatasource.test.conformance;

/**
 * What came of trying one promise.
 *
 * @param promise what was tried
 * @param verdict what came of it
 * @param sentence what was done, what happened, and what should have; empty if the promise was kept
 */
public record Finding(Promise promise, Verdict verdict, String sentence) {

    static Finding kept(Promise promise) {
        return new Finding(promise, Verdict.KEPT, "");
    }

    /** The promise, the verdict, and the sentence if there is one. */
    @Override
    public String toString() {
        return promise.words() + ": " + verdict + (sentence.isEmpty() ? "" : ". " + sentence);
    }
}
