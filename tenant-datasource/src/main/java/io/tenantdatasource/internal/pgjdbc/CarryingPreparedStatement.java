package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.StatementText;
import io.tenantdatasource.internal.jdbc.CarryingStatement;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.BatchUpdateException;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.postgresql.jdbc.PgStatement;

/** Carries the tenant as further parameters of a prepared statement. */
final class CarryingPreparedStatement implements InvocationHandler, CarryingStatement {

    private final Method creation;
    private final Object[] creationArgs;
    private final TransactionCarrier carrier;
    private final StatementText text;

    /** The text with the RETURNING for generated keys, which the driver would not add to a text of several statements. */
    private final Optional<String> returning;

    private final boolean canCarry;
    private final RecordedCalls calls;
    private final Map<Form, PreparedStatement> statements = new EnumMap<>(Form.class);

    private volatile PreparedStatement active;
    private Form form;

    /** The one whose results are there to be read. */
    private PreparedStatement ran;

    private int batchSize;
    private boolean closesOnCompletion;
    private ResultSet generatedKeys;

    private CarryingPreparedStatement(Method creation, Object[] creationArgs, TransactionCarrier carrier)
            throws SQLException {
        this.creation = creation;
        this.creationArgs = creationArgs;
        this.carrier = carrier;
        this.text = StatementText.of((String) creationArgs[0]);
        this.returning = wantsKeys() ? carrier.driver().returning(text.sql(), keyColumns()) : Optional.empty();
        this.canCarry = canCarry();
        this.calls = new RecordedCalls(!carrier.driver().stringsAreUntyped());
    }

    static PreparedStatement prepare(Method creation, Object[] args, TransactionCarrier carrier) throws Throwable {
        if (args[0] == null) {
            return (PreparedStatement) TransactionCarrier.forward(carrier.physical(), creation, args);
        }
        CarryingPreparedStatement statement = new CarryingPreparedStatement(creation, args, carrier);
        carrier.notice(statement.text);
        statement.useFirst(statement.canCarry && carrier.mustTell() ? Form.CARRYING : Form.PLAIN);
        return (PreparedStatement) Proxy.newProxyInstance(
                CarryingPreparedStatement.class.getClassLoader(), new Class<?>[] {creation.getReturnType()}, statement);
    }

    private boolean wantsKeys() {
        if (creationArgs.length != 2 || creationArgs[1] instanceof int[]) {
            return false;
        }
        return creationArgs[1] instanceof String[] columns
                ? columns.length > 0
                : creationArgs[1] == null || creationArgs[1].equals(Statement.RETURN_GENERATED_KEYS);
    }

    private String[] keyColumns() {
        return creationArgs[1] instanceof String[] columns ? columns : null;
    }

    private boolean canCarry() {
        return creation.getReturnType() != CallableStatement.class
                && carrier.driver().preparedStatementsAreExtended()
                && (!text.asksNoPolicy() || text.mayBeSeveral())
                && text.statementsAtMost() <= TransactionCarrier.MOST_STATEMENTS_IN_A_ROW
                && !text.mayCommitInside()
                && !carrier.driver().describesEveryStatement()
                && !(wantsKeys() && text.mayBeSeveral())
                && !(creationArgs.length == 2 && creationArgs[1] instanceof int[]);
    }

    @Override
    public Object invoke(Object self, Method method, Object[] args) throws Throwable {
        return switch (method.getName()) {
            case "equals" -> self == args[0] || statements.containsValue(args[0]);
            case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" ->
                args == null ? run(method) : forward(method, args);
            case "executeBatch", "executeLargeBatch" -> runBatch(method);
            case "addBatch" -> addBatch(method, args);
            case "clearBatch" -> {
                batchSize = 0;
                yield forward(method, args);
            }
            case "clearParameters" -> {
                calls.clearParameters();
                yield forward(method, args);
            }
            case "getMetaData", "getParameterMetaData", "toString", "unwrap" ->
                TransactionCarrier.forward(plain(), method, args);
            case "getResultSet", "getUpdateCount", "getLargeUpdateCount", "getWarnings", "clearWarnings" ->
                TransactionCarrier.forward(ran(), method, args);
            case "getGeneratedKeys" ->
                generatedKeys != null ? generatedKeys : TransactionCarrier.forward(ran(), method, args);
            case "getMoreResults" -> getMoreResults(method, args);
            case "close" -> closeAll(method, args);
            case "closeOnCompletion" -> {
                closesOnCompletion = true;
                use(Form.PLAIN);
                yield forward(method, args);
            }
            default -> set(method, args);
        };
    }

    private Object forward(Method method, Object[] args) throws Throwable {
        return TransactionCarrier.forward(active, method, args);
    }

    private Object set(Method method, Object[] args) throws Throwable {
        if (!method.getName().startsWith("set")) {
            return forward(method, args);
        }
        return method.getDeclaringClass() != Statement.class && args[0] instanceof Integer
                ? setParameter(method, args)
                : setOption(method, args);
    }

    /** What the driver says of a wrong index or value names the parameter as the user does: it comes of the plain form. */
    private Object setParameter(Method method, Object[] args) throws Throwable {
        if (RecordedCalls.isStream(args) || (Integer) args[0] < 1) {
            use(Form.PLAIN); // a stream is read once, now or when the statement runs; what precedes the first
            // is not theirs
        }
        try {
            TransactionCarrier.forward(active, method, RecordedCalls.shifted(args, shift()));
        } catch (SQLException e) {
            if (form == Form.PLAIN) {
                throw e;
            }
            use(Form.PLAIN);
            forward(method, args);
        }
        calls.parameter(method, args);
        return null;
    }

    private Object setOption(Method method, Object[] args) throws Throwable {
        Object result = null;
        for (PreparedStatement statement : statements.values()) {
            result = TransactionCarrier.forward(statement, method, args);
        }
        calls.option(method, args);
        return result;
    }

    /** What the driver has against the text it says of the plain form, without what was put before it. */
    private void useFirst(Form first) throws Throwable {
        try {
            use(first);
        } catch (SQLException e) {
            use(Form.PLAIN);
            throw e;
        }
    }

    /** Goes on with another form of the statement, with all that was set. */
    private void use(Form next) throws Throwable {
        if (form == next) {
            return;
        }
        PreparedStatement statement = in(next);
        form = next;
        active = statement;
        calls.repeatParameters(statement, shift());
    }

    private PreparedStatement in(Form wanted) throws Throwable {
        PreparedStatement statement = statements.get(wanted);
        if (statement == null) {
            statement = prepare(wanted);
            statements.put(wanted, statement);
            calls.repeatOptions(statement);
        }
        return statement;
    }

    /** To be looked at by the user, who must not see what is carried; results stay with the form that has run. */
    private PreparedStatement plain() throws Throwable {
        PreparedStatement plain = in(Form.PLAIN);
        if (form != Form.PLAIN) {
            calls.repeatParameters(plain, 0);
        }
        return plain;
    }

    private PreparedStatement ran() {
        return ran != null ? ran : active;
    }

    /** Closes what another form has returned, as running a statement again does. */
    private void runNext(Form next) throws Throwable {
        use(next);
        if (ran != null && ran != active && !ran.isClosed() && ran.getResultSet() != null) {
            ran.getResultSet().close();
        }
        ran = active;
    }

    private PreparedStatement prepare(Form next) throws Throwable {
        Object[] args = creationArgs;
        if (next != Form.PLAIN) {
            args = creationArgs.clone();
            args[0] = next.sql(carrier.settings(), returning.orElse(text.sql()));
        }
        PreparedStatement statement =
                (PreparedStatement) TransactionCarrier.forward(carrier.physical(), creation, args);
        if (next != Form.PLAIN && returning.isPresent()) {
            DriverConnection.reportRowsAndStatus(statement);
        }
        return statement;
    }

    private int shift() {
        return form == Form.PLAIN ? 0 : carrier.settings().count();
    }

    private Object run(Method method) throws Throwable {
        generatedKeys = null;
        boolean mustTell = carrier.mustTell();
        if (carrier.needsSession(text)) {
            carrier.requireSession(text);
            return asItIs(method);
        }
        if (!mustTell || goesAsItIs()) {
            return asItIs(method);
        }
        if (runsProcedures() && carrier.isAlone() && carrier.tellSession()) {
            return asItIs(method);
        }
        return canCarryNow() ? carry(method) : tellFirst(method);
    }

    private boolean goesAsItIs() throws SQLException {
        return (text.asksNoPolicy() && !text.mayBeSeveral())
                || (text.opensCursorOfTheTransaction() && carrier.isAlone());
    }

    private boolean canCarryNow() throws SQLException {
        return canCarry
                && !closesOnCompletion
                && !calls.holdsStream()
                && !(text.mayBeSeveral() && carrier.isAlone() && calls.hasUntypedParameter());
    }

    private boolean runsProcedures() {
        return text.mayCommitInside() || creation.getReturnType() == CallableStatement.class;
    }

    private Object asItIs(Method method) throws Throwable {
        runNext(Form.PLAIN);
        try {
            Object result = forward(method, null);
            carrier.ran(text);
            return result;
        } catch (SQLException e) {
            carrier.failed();
            throw e;
        }
    }

    private Object carry(Method method) throws Throwable {
        boolean alone = carrier.isAlone();
        runNext(alone ? Form.alone(text, calls.hasUntypedParameter()) : Form.CARRYING);
        LocalSettings.setLocal(active, carrier.values());
        try {
            active.execute();
        } catch (SQLException e) {
            if (form == Form.ENCLOSED) {
                carrier.rollBackFailed();
            }
            if (alone && TransactionCarrier.wantsToBeAlone(e)) {
                carrier.rollBackFailed();
                carrier.requireSession(text);
                return asItIs(method);
            }
            throw carrier.failed(e, text);
        }
        carrier.told();
        carrier.ran(text);
        return Outcome.of(method, active, moveToOwnResult());
    }

    /**
     * The results before the user's: that of the settings, and in the enclosed form that of BEGIN. With generated keys the
     * driver has taken the first result for the keys, and reports a status after each result set.
     */
    private boolean moveToOwnResult() throws SQLException {
        if (form == Form.ENCLOSED) {
            active.getMoreResults();
        }
        boolean isResultSet = active.getMoreResults();
        if (returning.isPresent()) {
            generatedKeys = active.getResultSet();
            isResultSet = active.getMoreResults(Statement.KEEP_CURRENT_RESULT);
        }
        return isResultSet;
    }

    /** After the user's only result comes that of COMMIT. */
    private Object getMoreResults(Method method, Object[] args) throws Throwable {
        Object result = TransactionCarrier.forward(ran(), method, args);
        return ran != null && ran == statements.get(Form.ENCLOSED)
                ? ran.getMoreResults(Statement.KEEP_CURRENT_RESULT)
                : result;
    }

    private Object tellFirst(Method method) throws Throwable {
        use(Form.PLAIN);
        return OtherCall.of(carrier, active, () -> asItIs(method));
    }

    private Object addBatch(Method method, Object[] args) throws Throwable {
        use(Form.PLAIN);
        Object result = forward(method, args);
        batchSize++;
        return result;
    }

    private Object runBatch(Method method) throws Throwable {
        generatedKeys = null;
        int size = batchSize;
        batchSize = 0;
        runNext(Form.PLAIN);
        if (size == 0 || !carrier.mustTell() || text.asksNoPolicy()) {
            return forward(method, null);
        }
        Optional<BatchLists> lists = size <= TransactionCarrier.MOST_STATEMENTS_IN_A_ROW && canCarryBatch()
                ? BatchLists.ofThisDriver()
                : Optional.empty();
        return lists.isPresent() ? carryBatch(method, lists.get()) : tellFirst(method);
    }

    /** Rows that come back are described first, and sent for one by one: only the counts of writes do not. */
    private boolean canCarryBatch() {
        return canCarry
                && !closesOnCompletion
                && !calls.holdsStream()
                && text.writes()
                && !wantsKeys()
                && !text.mayBeSeveral()
                && !text.mentions("returning")
                && !carrier.driver().rewritesBatches();
    }

    private Object carryBatch(Method method, BatchLists lists) throws Throwable {
        Object counts;
        try (BatchLists.Head head = lists.prepend(
                active.unwrap(PgStatement.class), carrier.settings().local(), carrier.values())) {
            counts = forward(method, null);
        } catch (BatchUpdateException e) {
            throw carrier.failed(BatchCounts.withoutHead(e), text);
        }
        carrier.told();
        return BatchCounts.withoutHead(counts);
    }

    private Object closeAll(Method method, Object[] args) throws Throwable {
        try {
            for (Map.Entry<Form, PreparedStatement> other : statements.entrySet()) {
                if (other.getKey() != form) {
                    other.getValue().close();
                }
            }
        } finally {
            forward(method, args);
        }
        return null;
    }
}
