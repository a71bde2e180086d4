package io.tenantdatasource.internal.binding;

import io.tenantdatasource.internal.jdbc.BoundStatement;
import io.tenantdatasource.internal.jdbc.Forward;
import io.tenantdatasource.internal.sql.SqlText;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.Statement;

/** A statement of a session that has been told. */
final class ToldStatement implements BoundStatement {

    private final Statement statement;
    private final SessionTeller teller;

    /** What was prepared; null for a plain statement. */
    private final String prepared;

    /** What was collected for a batch; null if nothing. */
    private StringBuilder batch;

    ToldStatement(Statement statement, Method creation, Object[] args, SessionTeller teller) {
        this.statement = statement;
        this.teller = teller;
        this.prepared = creation.getParameterCount() > 0 && args[0] instanceof String sql ? sql : null;
    }

    @Override
    public Object call(Method method, Object[] args) throws Throwable {
        return switch (method.getName()) {
            case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" ->
                run(args == null ? prepared : (String) args[0], method, args);
            case "executeBatch", "executeLargeBatch" -> run(prepared == null ? takeBatch() : prepared, method, args);
            case "addBatch" -> {
                collect(args);
                yield Forward.to(statement, method, args);
            }
            case "clearBatch" -> {
                batch = null;
                yield Forward.to(statement, method, args);
            }
            default -> Forward.to(statement, method, args);
        };
    }

    private Object run(String sql, Method method, Object[] args) throws Throwable {
        return teller.run(
                dialect -> SqlText.ofNullable(sql, dialect),
                fetchesInParts(),
                () -> Forward.to(statement, method, args));
    }

    private boolean fetchesInParts() throws SQLException {
        return !statement.isClosed() && statement.getFetchSize() != 0;
    }

    private void collect(Object[] args) {
        if (args != null) {
            batch = batch == null ? new StringBuilder() : batch;
            batch.append(args[0]).append("\n;");
        }
    }

    /** As one text of several statements. */
    private String takeBatch() {
        String text = batch == null ? "" : batch.toString();
        batch = null;
        return text;
    }

    @Override
    public boolean is(Object drivers) {
        return statement.equals(drivers);
    }

    @Override
    public Statement plain() {
        return statement;
    }
}
