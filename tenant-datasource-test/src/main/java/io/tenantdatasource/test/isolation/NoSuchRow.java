package io.tenantdatasource.test.isolation;

/** A row could not be made; the message says why, in words that go into a report. */
final class NoSuchRow extends Exception {

    private static final long serialVersionUID = 1L;

    NoSuchRow(String reason) {
        super(reason);
    }
}
