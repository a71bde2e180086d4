package io.tenantdatasource.examples.quickstart;

/** Something that the person at the keyboard can mend, told in one sentence. */
final class QuickstartException extends Exception {

    private static final long serialVersionUID = 1L;

    QuickstartException(String sentence) {
        super(sentence);
    }

    QuickstartException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
