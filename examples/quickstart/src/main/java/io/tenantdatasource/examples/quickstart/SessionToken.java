package io.tenantdatasource.examples.quickstart;

/** The secret that makes a request somebody's. Shows no more than its beginning, wherever it is printed. */
record SessionToken(String value) {

    private static final int SHOWN = 6;

    @Override
    public String toString() {
        return value.substring(0, Math.min(SHOWN, value.length())) + "...";
    }
}
