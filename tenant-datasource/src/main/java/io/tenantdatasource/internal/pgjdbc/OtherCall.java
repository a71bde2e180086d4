package io.tenantdatasource.internal.pgjdbc;

import java.sql.SQLException;
import java.sql.Statement;

/** A call that can carry nothing: the server is told first, in a round trip of its own. */
@FunctionalInterface
interface OtherCall {

    Object make() throws Throwable;

    static Object of(TransactionCarrier carrier, Statement statement, OtherCall call) throws Throwable {
        carrier.beforeOtherCall();
        Object result;
        try {
            result = carrier.isInOwnTransaction() ? withoutCursor(statement, call) : call.make();
        } catch (Throwable e) {
            end(carrier, e);
            throw e;
        }
        carrier.afterOtherCall();
        return result;
    }

    /** A cursor would end with the transaction, before its second fetch. */
    private static Object withoutCursor(Statement statement, OtherCall call) throws Throwable {
        int fetchSize = statement.getFetchSize();
        statement.setFetchSize(0);
        try {
            return call.make();
        } finally {
            if (!statement.isClosed()) {
                statement.setFetchSize(fetchSize);
            }
        }
    }

    private static void end(TransactionCarrier carrier, Throwable pending) {
        try {
            carrier.afterOtherCall();
        } catch (SQLException e) {
            pending.addSuppressed(e);
        }
    }
}
