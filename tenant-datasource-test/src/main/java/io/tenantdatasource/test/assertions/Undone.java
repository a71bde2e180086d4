package io.tenantdatasource.test.assertions;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

/** What is done on a connection and undone: in a transaction of its own, or in the one that is there. */
final class Undone {

    private final Connection connection;
    private final boolean ownTransaction;
    private final Savepoint savepoint;

    private Undone(Connection connection, boolean ownTransaction, Savepoint savepoint) {
        this.connection = connection;
        this.ownTransaction = ownTransaction;
        this.savepoint = savepoint;
    }

    static Undone begin(Connection connection) throws SQLException {
        boolean ownTransaction = connection.getAutoCommit();
        if (ownTransaction) {
            connection.setAutoCommit(false);
        }
        return new Undone(connection, ownTransaction, connection.setSavepoint());
    }

    void undo() throws SQLException {
        connection.rollback(savepoint);
    }

    void end() throws SQLException {
        undo();
        if (ownTransaction) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
