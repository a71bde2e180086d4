package io.tenantdatasource.examples.quickstart;

/** What an exception says, on one line. */
final class Sentence {

    private Sentence() {}

    static String of(Throwable problem) {
        String message = problem.getMessage();
        return message == null
                ? problem.getClass().getSimpleName()
                : message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
