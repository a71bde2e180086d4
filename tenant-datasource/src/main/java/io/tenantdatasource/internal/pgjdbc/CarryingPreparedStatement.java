package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.jdbc.BoundStatement;
import io.tenantdatasource.internal.jdbc.Forward;
import io.tenantdatasource.internal.sql.SqlText;
import java.lang.reflect.Method;
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

/** Carries what tells as further parameters of a prepared statement. */
final class CarryingPreparedStatement implements BoundStatement {

    /** The keys, and the count of the statement that has made them. */
    private static final int RESULTS_WITH_KEYS = 2;

    /** pgjdbc sends what is left after 256 statements at the latest, and waits. */
    private static final int MOST_ENTRIES = 200;

    private final Method creation;
    private final Object[] creationArgs;
    private final TransactionTeller teller;
    private final SqlText text;

    /** The text with the RETURNING for generated keys, which the driver would not add to a text of several statements. */
    private final Optional<String> returning;

    private final boolean canCarry;
    private final RecordedCalls calls = new RecordedCalls();
    private final Map<Form, PreparedStatement> statements = new EnumMap<>(Form.class);

    private volatile PreparedStatement active;
    private Form form;

    /** The one whose results are there to be read. */
    private PreparedStatement ran;

    /** Of the text that was carried last; null if the driver has the results. */
    private Results results;

    private ResultSet generatedKeys;
    private int batchSize;
    private boolean closesOnCompletion;

    private CarryingPreparedStatement(Method creation, Object[] creationArgs, TransactionTeller teller)
            throws SQLException {
        this.creation = creation;
        this.creationArgs = creationArgs;
        this.teller = teller;
        this.text = SqlText.ofNullable((String) creationArgs[0], teller.dialect());
        this.canCarry = canCarry();
        this.returning =
                canCarry && wantsKeys() ? teller.driver().returning(text.sql(), keyColumns()) : Optional.empty();
    }

    static CarryingPreparedStatement prepare(Method creation, Object[] args, TransactionTeller teller)
            throws Throwable {
        CarryingPreparedStatement statement = new CarryingPreparedStatement(creation, args, teller);
        statement.useFirst(teller.likelyForm(statement.canCarry));
        return statement;
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
                && text.effect().isAboutRows()
                && text.splitsAsRead()
                && teller.driver().preparedStatementsAreExtended()
                && !teller.driver().describesEveryStatement()
                && !(wantsKeys() && text.statements() > 1)
                && !(creationArgs.length == 2 && creationArgs[1] instanceof int[]);
    }

    @Override
    public Object call(Method method, Object[] args) throws Throwable {
        return switch (method.getName()) {
            case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" -> run(method);
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
            case "getMetaData", "getParameterMetaData", "toString" -> Forward.to(plainForm(), method, args);
            case "getWarnings", "clearWarnings" -> Forward.to(ran(), method, args);
            case "getGeneratedKeys" -> generatedKeys != null ? generatedKeys : Forward.to(ran(), method, args);
            case "getResultSet" -> results == null ? Forward.to(ran(), method, args) : results.rows();
            case "getUpdateCount" -> results == null ? Forward.to(ran(), method, args) : results.count();
            case "getLargeUpdateCount" -> results == null ? Forward.to(ran(), method, args) : results.largeCount();
            case "getMoreResults" ->
                results == null
                        ? Forward.to(ran(), method, args)
                        : results.next(args == null ? Statement.CLOSE_CURRENT_RESULT : (Integer) args[0]);
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
        return Forward.to(active, method, args);
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
            Forward.to(active, method, RecordedCalls.shifted(args, shift()));
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
            result = Forward.to(statement, method, args);
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
        statement.clearParameters();
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
    private PreparedStatement plainForm() throws Throwable {
        PreparedStatement plain = in(Form.PLAIN);
        if (form != Form.PLAIN) {
            plain.clearParameters();
            calls.repeatParameters(plain, 0);
        }
        return plain;
    }

    @Override
    public Statement plain() throws SQLException {
        try {
            return plainForm();
        } catch (SQLException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e); // nothing else is declared by what is called
        }
    }

    @Override
    public boolean is(Object drivers) {
        return statements.containsValue(drivers);
    }

    private PreparedStatement ran() {
        return ran != null ? ran : active;
    }

    /** Closes what another form has returned, as running a statement again does. */
    private void runNext(Form next) throws Throwable {
        use(next);
        if (ran != null && ran != active && !ran.isClosed()) {
            closeResults();
        }
        results = null;
        generatedKeys = null;
        ran = active;
    }

    private void closeResults() throws SQLException {
        if (results != null) {
            results.close();
        } else if (ran.getResultSet() != null) {
            ran.getResultSet().close();
        }
    }

    private PreparedStatement prepare(Form next) throws Throwable {
        Object[] args = creationArgs;
        if (next != Form.PLAIN) {
            args = creationArgs.clone();
            args[0] = teller.telling().settings().carrying(next, returning.orElse(text.sql()));
        }
        PreparedStatement statement = (PreparedStatement) Forward.to(teller.physical(), creation, args);
        if (next != Form.PLAIN && returning.isPresent()) {
            DriverConnection.reportRowsAndStatus(statement);
        }
        return statement;
    }

    private int shift() {
        return form == Form.PLAIN ? 0 : teller.telling().settings().count();
    }

    private Object run(Method method) throws Throwable {
        return teller.run(textNow(), new PreparedRun(method));
    }

    private SqlText textNow() {
        return SqlText.ofNullable((String) creationArgs[0], teller.dialect()).ifReadAs(text);
    }

    private Object addBatch(Method method, Object[] args) throws Throwable {
        use(Form.PLAIN);
        Object result = forward(method, args);
        batchSize++;
        return result;
    }

    private Object runBatch(Method method) throws Throwable {
        int size = batchSize;
        batchSize = 0;
        runNext(Form.PLAIN);
        return size == 0 ? forward(method, null) : teller.run(textNow(), new BatchRun(method, size));
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

    private Object withoutCursor(Method method) throws Throwable {
        int fetchSize = active.getFetchSize();
        active.setFetchSize(0);
        try {
            return forward(method, null);
        } finally {
            if (!active.isClosed()) {
                active.setFetchSize(fetchSize);
            }
        }
    }

    /** One call that runs the statement. */
    private final class PreparedRun implements Run {

        private final Method method;

        PreparedRun(Method method) {
            this.method = method;
        }

        @Override
        public boolean canCarry() throws SQLException {
            return canCarry
                    && !closesOnCompletion
                    && !calls.holdsStream()
                    && (text.statements() == 1 || !method.getName().equals("executeQuery"))
                    && (returning.isEmpty() || allRowsComeAtOnce());
        }

        /** With fewer than all of its rows, an INSERT with keys reports no status. */
        private boolean allRowsComeAtOnce() throws SQLException {
            return active.getMaxRows() == 0 && active.getFetchSize() == 0;
        }

        @Override
        public boolean fetchesInParts() throws SQLException {
            return active.getFetchSize() != 0;
        }

        @Override
        public Object asItIs() throws Throwable {
            runNext(Form.PLAIN);
            return forward(method, null);
        }

        @Override
        public Object withoutCursor() throws Throwable {
            runNext(Form.PLAIN);
            return CarryingPreparedStatement.this.withoutCursor(method);
        }

        @Override
        public void carrying(Form next) throws Throwable {
            runNext(next);
            LocalSettings.setLocal(active, teller.telling().values());
            boolean isResultSet = active.execute();
            int expected = returning.isPresent() ? RESULTS_WITH_KEYS : text.statements();
            results = Results.of(active, isResultSet, next, expected);
            if (returning.isPresent()) {
                generatedKeys = results.takeKeys();
            }
        }

        @Override
        public Object answer() throws SQLException {
            return results.answer(method);
        }
    }

    /** One call that runs what was added to the batch. */
    private final class BatchRun implements Run {

        private final Method method;
        private final int size;
        private Object counts;

        BatchRun(Method method, int size) {
            this.method = method;
            this.size = size;
        }

        /** Rows that come back are described first, and sent for one by one: only the counts of writes do not. */
        @Override
        public boolean canCarry() {
            return canCarry
                    && size <= MOST_ENTRIES
                    && !closesOnCompletion
                    && !calls.holdsStream()
                    && text.writes()
                    && !wantsKeys()
                    && !teller.driver().rewritesBatches()
                    && BatchLists.ofThisDriver().isPresent();
        }

        @Override
        public Object asItIs() throws Throwable {
            return forward(method, null);
        }

        @Override
        public Object withoutCursor() throws Throwable {
            return CarryingPreparedStatement.this.withoutCursor(method);
        }

        @Override
        public void carrying(Form next) throws Throwable {
            try (BatchLists.Around around = BatchLists.ofThisDriver()
                    .orElseThrow()
                    .enclose(
                            active.unwrap(PgStatement.class),
                            next,
                            teller.telling().settings().telling(next),
                            teller.telling().values())) {
                counts = BatchCounts.ofOwn(forward(method, null), next, size);
            } catch (BatchUpdateException e) {
                throw BatchCounts.ofOwn(e, next, size);
            }
        }

        @Override
        public Object answer() {
            return counts;
        }
    }
}
