package io.tenantdatasource.it.program;

import io.tenantdatasource.it.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** The pool alone, with what the wrapper promises done by hand: what a program sees here, it has to see there. */
record ByHand(DataSource pool, boolean assumesRole) implements Place {

    @Override
    public Connection checkOut(Worker worker) throws SQLException {
        Connection connection = pool.getConnection();
        try {
            bind(connection, worker);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private void bind(Connection connection, Worker worker) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        if (!autoCommit) {
            connection.setAutoCommit(true);
        }
        for (String sql : bindingFor(worker)) {
            Sql.execute(connection, sql);
        }
        if (!autoCommit) {
            connection.setAutoCommit(false);
        }
    }

    private List<String> bindingFor(Worker worker) {
        List<String> statements =
                new ArrayList<>(List.of("reset session authorization", "close all", "unlisten *", "discard temp"));
        statements.add("set app.organization_id = '" + worker.organizationId() + "'");
        statements.add(assumesRole ? "set role " + World.ASSUMED_ROLE : "reset role");
        return statements;
    }

    /** Not every pool ends a transaction that was begun by SQL text. */
    @Override
    public void giveBack(Connection connection) throws SQLException {
        if (!connection.isClosed()
                && connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            connection.rollback();
            connection.setAutoCommit(autoCommit);
        }
        connection.close();
    }
}
