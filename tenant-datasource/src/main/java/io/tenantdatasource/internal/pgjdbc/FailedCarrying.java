package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.sql.SqlText;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.postgresql.core.TransactionState;
import org.postgresql.util.PSQLException;

/**
 * What to say where a string has failed that held the statement that tells, and the user's own. Which of the two it was is
 * not read out of the error: the transaction, which held nothing else, is rolled back, and the server is asked to take the
 * settings alone. If it does, the error was the user's.
 */
final class FailedCarrying {

    /** That of the user's is for their statements; it ends with the transaction, which is rolled back. */
    private static final String NO_TIMEOUT = "set local statement_timeout to 0;";

    private final TransactionTeller teller;
    private final Marks marks;

    FailedCarrying(TransactionTeller teller, Marks marks) {
        this.teller = teller;
        this.marks = marks;
    }

    /**
     * Finds out, and rolls back where nothing else would.
     *
     * @param e what the driver has thrown
     * @param form how the string was sent
     * @param begins whether the transaction has begun with it
     * @param text the user's own part
     * @return the exception to throw: the same, or the one that tells that the connection was destroyed
     */
    SQLException explain(SQLException e, Form form, boolean begins, SqlText text) throws SQLException {
        if (teller.driver().isClosed() && !isOfServer(e)) {
            return teller.unbound(e); // nobody can say how far the server has come
        }
        if (teller.physical().isClosed() || teller.driver().isClosed()) {
            return e; // it says why
        }
        if (!begins) {
            return explainLeftover(e);
        }
        if (!isOfServer(e)) {
            rollBackIfOpen(form);
            teller.driver()
                    .split(text.sql()); // what the driver has against the text, it says without what was put before it
            return e;
        }
        return form.isEnclosed() ? askAlone(e, form) : askInBlock(e, form);
    }

    /** Where nothing can be asked: what failed has shown nothing, so only the reason is to be told. */
    SQLException explainLeftover(SQLException e) {
        return Marks.isIn(e, marks.leftover()) ? teller.unbound(e) : e;
    }

    /** What the driver itself has refused may have left the block open, behind what was sent before. */
    private void rollBackIfOpen(Form form) throws SQLException {
        if (form.isEnclosed() && teller.transaction() != TransactionState.IDLE) {
            teller.telling().execute("rollback");
        }
        teller.rolledBack();
    }

    private SQLException askAlone(SQLException e, Form form) {
        String rollback = teller.transaction() == TransactionState.IDLE ? "" : "rollback;";
        try {
            teller.telling()
                    .execute(rollback + "begin;" + NO_TIMEOUT + teller.telling().literal(form) + ";rollback");
        } catch (SQLException refused) {
            return teller.unbound(refused);
        }
        teller.rolledBack();
        return teller.transaction() == TransactionState.IDLE
                ? e
                : teller.unbound(new UnprovenException("The transaction could not be ended"));
    }

    /**
     * The user goes on to find a failed transaction, as it is the driver's way: so it is failed again, by a statement whose
     * error is known, after the settings were taken. With {@code autosave=always} the driver has mended it already.
     */
    private SQLException askInBlock(SQLException e, Form form) throws SQLException {
        if (teller.transaction() != TransactionState.FAILED) {
            if (teller.transaction() == TransactionState.OPEN) {
                teller.tellBlock();
            }
            return e;
        }
        try {
            teller.physical().rollback();
            teller.telling().execute(NO_TIMEOUT + teller.telling().literal(form) + ";" + marks.failing());
        } catch (SQLException asked) {
            return Marks.isIn(asked, marks.asked()) ? e : teller.unbound(asked);
        }
        return teller.unbound(new UnprovenException("A statement that fails has not failed"));
    }

    private static boolean isOfServer(SQLException e) {
        SQLException first =
                e instanceof BatchUpdateException && e.getCause() instanceof SQLException cause ? cause : e;
        return first instanceof PSQLException failure && failure.getServerErrorMessage() != null;
    }
}
