package io.tenantdatasource.internal.pgjdbc;

import java.sql.SQLException;

/** What has come back does not prove that the tenant was known. */
final class UnprovenException extends SQLException {

    private static final long serialVersionUID = 1L;

    UnprovenException(String what) {
        super(what + ", so it is not proven that each was run for the tenant; nothing of it was given out", "XX000");
    }
}
