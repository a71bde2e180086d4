package io.tenantdatasource.it.policy.attack;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.it.policy.ReviewedDatabase;
import java.io.IOException;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/**
 * Somebody who may send any SQL over one connection. All of it is one transaction, which closing rolls back; a statement
 * that fails takes back itself only.
 */
final class Client implements AutoCloseable {

    /** Where a client works for no tenant of the context. */
    private static final TenantContext.Scope NO_SCOPE = null;

    private final TenantContext.Scope scope;
    private final Connection connection;

    private Client(TenantContext.Scope scope, Connection connection) throws SQLException {
        this.scope = scope;
        this.connection = connection;
        connection.setAutoCommit(false);
    }

    /** The application's role, bound to a tenant as it is in earnest. To be closed by the thread that opened it. */
    static Client boundTo(Tenant tenant, ReviewedDatabase database) throws SQLException {
        return new Client(TenantContext.open(tenant), database.bound().getConnection());
    }

    /** The application's role, which sets its tenant by hand. */
    static Client unbound(ReviewedDatabase database) throws SQLException {
        return new Client(NO_SCOPE, database.application().getConnection());
    }

    /** Whom no policy binds: what an attack would show if there were no row security. */
    static Client administrator(ReviewedDatabase database) throws SQLException {
        return new Client(NO_SCOPE, database.database().administrator().getConnection());
    }

    /** Sends one statement or several, and listens. */
    Answer send(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        List<String> notices = new ArrayList<>();
        int changed = 0;
        PSQLException error = null;
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try {
                boolean isResult = statement.execute(sql);
                while (isResult || statement.getUpdateCount() >= 0) {
                    if (isResult) {
                        read(statement.getResultSet(), rows);
                    } else {
                        changed += statement.getUpdateCount();
                    }
                    isResult = statement.getMoreResults();
                }
                connection.releaseSavepoint(before);
            } catch (PSQLException e) {
                error = e;
                connection.rollback(before);
            }
            for (SQLWarning notice = statement.getWarnings(); notice != null; notice = notice.getNextWarning()) {
                notices.add(notice.getMessage());
            }
        }
        return new Answer(rows, changed, notices, error);
    }

    /** Sends what has to succeed, such as the definition of a function. */
    Answer must(String sql) throws SQLException {
        Answer answer = send(sql);
        if (answer.error() != null) {
            throw answer.error();
        }
        return answer;
    }

    /** The first column of the first row of a query that has to succeed, or null. */
    String first(String query) throws SQLException {
        List<String> rows = must(query).rows();
        return rows.isEmpty() ? null : rows.get(0);
    }

    void workFor(Tenant tenant) throws SQLException {
        must("select set_config('app.organization_id', '" + tenant.organizationId() + "', false)");
    }

    String copyOut(String sql) throws SQLException, IOException {
        StringWriter out = new StringWriter();
        connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, out);
        return out.toString();
    }

    Connection connection() {
        return connection;
    }

    /** Takes back all that it did, so that others need not wait for it. */
    void rollback() throws SQLException {
        connection.rollback();
    }

    void commit() throws SQLException {
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        try (scope;
                connection) {
            if (!connection.isClosed()) {
                connection.rollback();
            }
        }
    }

    private static void read(ResultSet result, List<String> rows) throws SQLException {
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
            List<String> cells = new ArrayList<>();
            for (int i = 1; i <= columns; i++) {
                cells.add(Objects.toString(result.getString(i)));
            }
            rows.add(String.join(" ", cells));
        }
    }
}
