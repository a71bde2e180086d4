package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.jdbc.BoundStatement;
import io.tenantdatasource.internal.jdbc.Forward;
import io.tenantdatasource.internal.sql.SqlText;
import io.tenantdatasource.internal.sql.ToldText;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.Statement;

/** Carries what tells in the text of a statement without parameters. */
final class CarryingPlainStatement implements BoundStatement {

    private final Statement statement;
    private final TransactionTeller teller;
    private final StringBuilder batch = new StringBuilder();

    /** Closing the carried part's result would close a statement that closes on completion. */
    private boolean closesOnCompletion;

    /** Of the text that was carried last; null if the driver has the results. */
    private Results results;

    CarryingPlainStatement(Statement statement, TransactionTeller teller) {
        this.statement = statement;
        this.teller = teller;
    }

    @Override
    public Object call(Method method, Object[] args) throws Throwable {
        return switch (method.getName()) {
            case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" -> run(method, args);
            case "executeBatch", "executeLargeBatch" -> runBatch(method, args);
            case "clearBatch" -> {
                batch.setLength(0);
                yield forward(method, args);
            }
            case "addBatch" -> {
                batch.append(args[0]).append("\n;");
                yield forward(method, args);
            }
            case "closeOnCompletion" -> {
                closesOnCompletion = true;
                yield forward(method, args);
            }
            default -> results == null ? forward(method, args) : ofResults(method, args);
        };
    }

    private Object ofResults(Method method, Object[] args) throws Throwable {
        return switch (method.getName()) {
            case "getResultSet" -> results.rows();
            case "getUpdateCount" -> results.count();
            case "getLargeUpdateCount" -> results.largeCount();
            case "getMoreResults" -> results.next(args == null ? Statement.CLOSE_CURRENT_RESULT : (Integer) args[0]);
            default -> forward(method, args);
        };
    }

    private Object forward(Method method, Object[] args) throws Throwable {
        return Forward.to(statement, method, args);
    }

    private Object run(Method method, Object[] args) throws Throwable {
        results = null;
        SqlText text = SqlText.ofNullable((String) args[0], teller.dialect());
        return teller.run(text, new PlainRun(method, args, text));
    }

    /** As one text of several statements, none of which can carry. */
    private Object runBatch(Method method, Object[] args) throws Throwable {
        results = null;
        SqlText text = SqlText.of(batch.toString(), teller.dialect());
        batch.setLength(0);
        return teller.run(text, new PlainRun(method, args, text));
    }

    @Override
    public boolean is(Object drivers) {
        return statement.equals(drivers);
    }

    @Override
    public Statement plain() {
        return statement;
    }

    /** One call that runs a text, or what was collected. */
    private final class PlainRun implements Run {

        private final Method method;
        private final Object[] args;
        private final SqlText text;

        PlainRun(Method method, Object[] args, SqlText text) {
            this.method = method;
            this.args = args;
            this.text = text;
        }

        @Override
        public boolean canCarry() {
            return teller.driver().plainStatementsAreExtended()
                    && !teller.driver().describesEveryStatement()
                    && args != null
                    && args.length == 1
                    && !closesOnCompletion
                    && text.splitsAsRead()
                    && (text.statements() == 1 || !method.getName().equals("executeQuery"));
        }

        @Override
        public boolean fetchesInParts() throws SQLException {
            return statement.getFetchSize() != 0;
        }

        @Override
        public Object asItIs() throws Throwable {
            return forward(method, args);
        }

        @Override
        public Object withoutCursor() throws Throwable {
            int fetchSize = statement.getFetchSize();
            statement.setFetchSize(0);
            try {
                return asItIs();
            } finally {
                if (!statement.isClosed()) {
                    statement.setFetchSize(fetchSize);
                }
            }
        }

        @Override
        public void carrying(Form form) throws SQLException {
            boolean isResultSet = statement.execute(form.sql(teller.telling().literal(form), text.sql()));
            results = Results.of(statement, isResultSet, form, text.statements());
        }

        @Override
        public void carrying(ToldText told) throws SQLException {
            boolean isResultSet = statement.execute(told.sql());
            results = Results.of(statement, isResultSet, told.statements(), told::isOwn);
        }

        @Override
        public Object answer() throws SQLException {
            return results.answer(method);
        }
    }
}
