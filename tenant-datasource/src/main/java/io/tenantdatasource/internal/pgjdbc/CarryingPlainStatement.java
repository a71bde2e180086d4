package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.StatementText;
import io.tenantdatasource.internal.jdbc.CarryingStatement;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.Statement;

/** Carries the tenant in the text of a statement without parameters. */
final class CarryingPlainStatement implements InvocationHandler, CarryingStatement {

    private final Statement statement;
    private final TransactionCarrier carrier;
    private final StringBuilder batch = new StringBuilder();

    /** Closing the carried part's result would close a statement that closes on completion. */
    private boolean closesOnCompletion;

    private CarryingPlainStatement(Statement statement, TransactionCarrier carrier) {
        this.statement = statement;
        this.carrier = carrier;
    }

    static Statement over(Statement statement, TransactionCarrier carrier) {
        return (Statement) Proxy.newProxyInstance(
                CarryingPlainStatement.class.getClassLoader(),
                new Class<?>[] {Statement.class},
                new CarryingPlainStatement(statement, carrier));
    }

    @Override
    public Object invoke(Object self, Method method, Object[] args) throws Throwable {
        return switch (method.getName()) {
            case "equals" -> self == args[0] || statement.equals(args[0]);
            case "executeBatch", "executeLargeBatch" -> runBatch(method, args);
            case "clearBatch" -> {
                batch.setLength(0);
                yield TransactionCarrier.forward(statement, method, args);
            }
            case "addBatch" -> {
                batch.append(args[0]).append(';');
                yield TransactionCarrier.forward(statement, method, args);
            }
            case "closeOnCompletion" -> {
                closesOnCompletion = true;
                yield TransactionCarrier.forward(statement, method, args);
            }
            default ->
                method.getName().startsWith("execute") && args[0] != null
                        ? run(method, args, StatementText.of((String) args[0]))
                        : TransactionCarrier.forward(statement, method, args);
        };
    }

    /** As one text of several statements, none of which can carry. */
    private Object runBatch(Method method, Object[] args) throws Throwable {
        StatementText text = StatementText.of(batch.toString());
        batch.setLength(0);
        carrier.notice(text);
        if (carrier.needsSession(text)) {
            carrier.requireSession(text);
        }
        return tellFirst(method, args, text);
    }

    private Object run(Method method, Object[] args, StatementText text) throws Throwable {
        carrier.notice(text);
        boolean mustTell = carrier.mustTell();
        if (carrier.needsSession(text)) {
            carrier.requireSession(text);
            return asItIs(method, args, text);
        }
        if (!mustTell || goesAsItIs(text)) {
            return asItIs(method, args, text);
        }
        if (text.mayCommitInside()
                && carrier.isAlone()) { // up to PostgreSQL 17 also after another statement of its text
            return carrier.tellSession() ? asItIs(method, args, text) : tellFirst(method, args, text);
        }
        return canCarry(method, args, text) ? carry(method, args, text) : tellFirst(method, args, text);
    }

    private boolean goesAsItIs(StatementText text) throws SQLException {
        return (text.asksNoPolicy() && !text.mayBeSeveral())
                || (text.opensCursorOfTheTransaction() && carrier.isAlone());
    }

    private Object asItIs(Method method, Object[] args, StatementText text) throws Throwable {
        try {
            Object result = TransactionCarrier.forward(statement, method, args);
            carrier.ran(text);
            return result;
        } catch (SQLException e) {
            carrier.failed();
            throw e;
        }
    }

    private boolean canCarry(Method method, Object[] args, StatementText text) {
        return carrier.driver().plainStatementsAreExtended()
                && !carrier.driver().describesEveryStatement()
                && args.length == 1
                && !closesOnCompletion
                && (method.getName().equals("execute") || !text.mayBeSeveral())
                && text.statementsAtMost() <= TransactionCarrier.MOST_STATEMENTS_IN_A_ROW;
    }

    private Object carry(Method method, Object[] args, StatementText text) throws Throwable {
        boolean alone = carrier.isAlone();
        try {
            statement.execute(carrier.prefix() + text.sql());
        } catch (SQLException e) {
            if (alone && TransactionCarrier.wantsToBeAlone(e)) {
                carrier.rollBackFailed();
                carrier.requireSession(text);
                return asItIs(method, args, text);
            }
            throw carrier.failed(e, text);
        }
        carrier.told();
        carrier.ran(text);
        return Outcome.of(method, statement, statement.getMoreResults());
    }

    private Object tellFirst(Method method, Object[] args, StatementText text) throws Throwable {
        return OtherCall.of(carrier, statement, () -> asItIs(method, args, text));
    }
}
