package io.tenantdatasource.internal.pgjdbc;

import java.sql.SQLException;

/** A call that can carry nothing: the server is told first, in a round trip of its own. */
@FunctionalInterface
interface OtherCall {

    Object make() throws Throwable;

    static Object of(TransactionCarrier carrier, OtherCall call) throws Throwable {
        carrier.beforeOtherCall();
        Object result;
        try {
            result = call.make();
        } catch (Throwable e) {
            end(carrier, e);
            throw e;
        }
        carrier.afterOtherCall();
        return result;
    }

    private static void end(TransactionCarrier carrier, Throwable pending) {
        try {
            carrier.afterOtherCall();
        } catch (SQLException e) {
            pending.addSuppressed(e);
        }
    }
}
