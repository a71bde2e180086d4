package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.binding.BindingState;
import io.tenantdatasource.internal.binding.BindingState.Knows;
import io.tenantdatasource.internal.binding.CheckedConnection;
import io.tenantdatasource.internal.binding.Fetches;
import io.tenantdatasource.internal.binding.Lease;
import io.tenantdatasource.internal.binding.Refusals;
import io.tenantdatasource.internal.binding.Savepoints;
import io.tenantdatasource.internal.binding.SessionSettings;
import io.tenantdatasource.internal.binding.Teller;
import io.tenantdatasource.internal.binding.Trace;
import io.tenantdatasource.internal.jdbc.BoundStatement;
import io.tenantdatasource.internal.jdbc.Call;
import io.tenantdatasource.internal.jdbc.Forward;
import io.tenantdatasource.internal.jdbc.JdbcCall;
import io.tenantdatasource.internal.sql.Backslash;
import io.tenantdatasource.internal.sql.Effect;
import io.tenantdatasource.internal.sql.SqlDialect;
import io.tenantdatasource.internal.sql.SqlText;
import io.tenantdatasource.internal.sql.ToldText;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.postgresql.core.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells each transaction, in the round trip of its first statement; and the session, before what no transaction can hold.
 * Whether a transaction is open is what the server has said last: each of its answers ends with that.
 */
final class TransactionTeller implements Teller {

    private static final Logger LOG = LoggerFactory.getLogger("io.tenantdatasource.TenantDataSource");

    private final Connection physical;
    private final CheckedConnection checked;
    private final DriverConnection driver;
    private final Telling telling;
    private final FailedCarrying failures;
    private final Savepoints savepoints = new Savepoints();
    private final Fetches fetches = new Fetches();

    private BindingState state;

    /**
     * Whether the session was seen to work as who it has to, and nobody but this checkout can have changed that since: behind a
     * pooler, and where nothing has run that may have, to the end of the block.
     */
    private boolean hasLooked;

    TransactionTeller(CheckedConnection checked, DriverConnection driver, Telling telling, Marks marks, Lease lease) {
        this.physical = checked.physical();
        this.checked = checked;
        this.driver = driver;
        this.telling = telling;
        this.failures = new FailedCarrying(this, marks);
        this.state = BindingState.atCheckout(lease);
    }

    DriverConnection driver() {
        return driver;
    }

    Connection physical() {
        return physical;
    }

    Telling telling() {
        return telling;
    }

    @Override
    public BindingState state() {
        return state;
    }

    /** There is one only if it was told: it is the one that it was at connect then. */
    @Override
    public String session() {
        return state.trace() == Trace.NONE || state.lease() == Lease.POOLED
                ? null
                : checked.atConnect().inventory().session();
    }

    /** A pool may hand one out with a transaction open, to which what is left there has happened before. */
    @Override
    public void atCheckout() throws SQLException {
        if (transaction() != TransactionState.IDLE) {
            boolean autoCommit = physical.getAutoCommit();
            SessionSettings.rollBack(physical);
            physical.setAutoCommit(autoCommit);
        }
    }

    TransactionState transaction() {
        return driver.transaction();
    }

    @Override
    public BoundStatement statement(Method creation, Object[] args) throws Throwable {
        return creation.getName().equals("createStatement")
                ? new CarryingPlainStatement((Statement) Forward.to(physical, creation, args), this)
                : CarryingPreparedStatement.prepare(creation, args, this);
    }

    /** In which form a statement about rows will most likely go, if it is run next. */
    Form likelyForm(boolean canCarry) throws SQLException {
        noticeEndOfBlock();
        return canCarry && state.mustTell() && !state.tellsSessionEachTime() ? form(isAlone()) : Form.PLAIN;
    }

    private Form form(boolean isEnclosed) {
        return isEnclosed ? Form.enclosed(mustLook()) : Form.carrying(mustLook());
    }

    /** What this checkout may have set itself is not looked at, but set anew. */
    private boolean mustLook() {
        boolean mayHaveChanged = transaction() != TransactionState.IDLE || state.trace() != Trace.NONE;
        return !(hasLooked && mayHaveChanged);
    }

    /** Whether the next statement is a transaction of its own. */
    private boolean isAlone() throws SQLException {
        return transaction() == TransactionState.IDLE && physical.getAutoCommit();
    }

    /** Runs a text where the tenant is known. */
    Object run(SqlText text, Run run) throws Throwable {
        noticeEndOfBlock();
        state = fetches.countedIn(state);
        Refusals.refuse(text);
        if (text.effect() != Effect.ROWS && run.fetchesInParts()) {
            fetches.callFunctions();
        }
        Way way = Way.of(text, state, transaction(), physical.getAutoCommit(), run.canCarry());
        return switch (way) {
            case AS_IT_IS -> asItIs(text, run::asItIs);
            case CARRYING -> carry(text, run, form(false));
            case ENCLOSED -> carry(text, run, form(true));
            case BLOCK_FIRST -> {
                tellBlock(text);
                yield asItIs(text, run::asItIs);
            }
            case SESSION_FIRST -> {
                tellSession();
                yield asItIs(text, run::asItIs);
            }
            case BLOCK_OF_ITS_OWN -> inBlockOfItsOwn(text, run);
            case IN_EACH_BLOCK -> tellEachBlock(text, run);
            case REFUSED_IN_FAILED_BLOCK, REFUSED_AS_IT_ROLLS_BACK, REFUSED_BEHIND_POOLER -> throw way.refusal();
        };
    }

    private Object asItIs(SqlText text, Call call) throws Throwable {
        Object result;
        try {
            result = call.make();
        } finally {
            ran(text);
            noticeEndOfBlock();
        }
        if (text.effect() == Effect.BOUNDARY) {
            tellUnwrapped();
        }
        return result;
    }

    private Object carry(SqlText text, Run run, Form form) throws Throwable {
        boolean begins = transaction() == TransactionState.IDLE;
        try {
            run.carrying(form);
            requireEnd(form);
        } catch (UnprovenException e) {
            throw unbound(e);
        } catch (SQLException e) {
            state = state.untold();
            throw failures.explain(e, form, begins, text);
        }
        hasLooked = true;
        if (!form.isEnclosed()) {
            state = state.toldBlock();
        }
        ran(text);
        return run.answer();
    }

    /** After a change of rows the next statement is told anew, which on most paths takes no round trip. */
    private void ran(SqlText text) {
        state = state.ran(text.effect());
        if (text.changesRows()) {
            state = state.changedRows();
        }
    }

    /** What a backslash is, the driver knows: the server tells it of every change. */
    SqlDialect dialect() {
        return new SqlDialect(
                Backslash.of(driver.stringsAreStandard()), checked.atConnect().namesakes());
    }

    @Override
    public void beforeFetch() throws SQLException {
        noticeEndOfBlock();
        if (transaction() == TransactionState.OPEN && state.knows() == Knows.NOBODY) {
            tellBlock();
        }
        fetches.mayHappen();
    }

    @Override
    public void failed() {
        state = state.untold();
    }

    /** The server's word for it that the block was there: it is still open, or has ended with our own COMMIT. */
    private void requireEnd(Form form) throws UnprovenException {
        TransactionState expected = form.isEnclosed() ? TransactionState.IDLE : TransactionState.OPEN;
        if (transaction() != expected) {
            throw new UnprovenException("The transaction is " + transaction() + " where it should be " + expected);
        }
    }

    /** For a pooler's session, which cannot be told, and a call that can carry nothing. */
    private Object inBlockOfItsOwn(SqlText text, Run run) throws Throwable {
        physical.setAutoCommit(false);
        try {
            tellBlock(text);
            Object result = asItIs(text, run::withoutCursor);
            commit();
            return result;
        } catch (SQLException e) {
            rollBackIfOpen(e);
            throw Way.needsNoBlock(e) ? Way.REFUSED_BEHIND_POOLER.refusal(e) : e;
        } finally {
            if (!physical.isClosed()) {
                physical.setAutoCommit(true);
            }
            noticeEndOfBlock();
        }
    }

    private Object tellEachBlock(SqlText text, Run run) throws Throwable {
        boolean inBlock = transaction() == TransactionState.OPEN || !physical.getAutoCommit();
        boolean mustLook = mustLook();
        if (mustLook) {
            lookBefore(inBlock);
        }
        ToldText.Start start = inBlock ? ToldText.Start.IN_BLOCK : ToldText.Start.IN_BLOCK_OF_OURS;
        ToldText told = ToldText.of(
                text,
                new ToldText.Around(
                        telling.localWithoutSnapshot(), checked.settings().clearingAfterCommit()),
                inBlock && mustLook ? ToldText.Start.IN_TOLD_BLOCK : start,
                dialect().backslash());
        try {
            run.carrying(told);
        } catch (UnprovenException e) {
            throw unbound(e);
        } catch (SQLException e) {
            if (!inBlock && transaction() == TransactionState.OPEN) {
                throw unbound(e); // nobody can say whose block that is
            }
            rollBackIfOurs();
            throw e;
        } finally {
            ran(text);
            noticeEndOfBlock();
        }
        hasLooked = transaction() == TransactionState.OPEN;
        return run.answer();
    }

    /** Whoever has the session from the look on has it to the end of the string. */
    private void lookBefore(boolean inBlock) throws SQLException {
        if (inBlock) {
            tellBlockWithoutSnapshot();
            return;
        }
        try {
            telling.holdSession();
        } catch (SQLException e) {
            throw unbound(e);
        }
    }

    /** Which block has failed, the server knows: there is a savepoint in those of ours, to which a failed block can go back. */
    private void rollBackIfOurs() throws SQLException {
        if (physical.isClosed() || transaction() != TransactionState.FAILED) {
            return;
        }
        try {
            telling.execute(ToldText.BACK_TO_OUR_SAVEPOINT);
        } catch (SQLException e) {
            LOG.debug("As the user's block has failed, it has no savepoint of ours", e);
            return;
        }
        telling.execute("rollback");
    }

    /**
     * A pooler lends the session to somebody else next, and no return can reach it: what a text has left is taken back in the
     * round trip of the COMMIT.
     */
    private void commit() throws SQLException {
        if (state.mustClearAfterCommit()) {
            telling.execute("commit;" + String.join(";", checked.settings().clearingAfterCommit()));
        }
        physical.commit();
    }

    private void rollBackIfOpen(SQLException pending) {
        try {
            if (!physical.isClosed() && transaction() != TransactionState.IDLE) {
                physical.rollback();
            }
        } catch (SQLException e) {
            pending.addSuppressed(e);
        }
    }

    /**
     * What the server has said last. From a block that has failed the driver may go back to a savepoint of its own, which it
     * has set before the block was told.
     */
    private void noticeEndOfBlock() {
        if (transaction() == TransactionState.IDLE) {
            state = state.blockEnded();
            savepoints.keep(0);
            fetches.blockEnded();
            hasLooked &= state.lease() == Lease.OWN && state.trace() != Trace.NONE;
        } else if (transaction() == TransactionState.FAILED) {
            state = state.untold();
        }
    }

    /** Tells the block, in a round trip of its own; in manual mode the driver begins one if none is open. */
    void tellBlock() throws SQLException {
        tellBlock(() -> telling.block(form(false)));
    }

    /** Of what is not about rows, some must come before any snapshot. */
    private void tellBlock(SqlText text) throws SQLException {
        if (text.effect() == Effect.UNKNOWN) {
            tellBlockWithoutSnapshot();
        } else {
            tellBlock();
        }
    }

    private void tellBlockWithoutSnapshot() throws SQLException {
        tellBlock(() -> telling.blockWithoutSnapshot(mustLook()));
    }

    @FunctionalInterface
    private interface Tells {
        void run() throws SQLException;
    }

    private void tellBlock(Tells how) throws SQLException {
        try {
            how.run();
        } catch (SQLException e) {
            throw unbound(e);
        }
        if (transaction() != TransactionState.OPEN) {
            throw unbound(new UnprovenException("The transaction is " + transaction() + " after it was told"));
        }
        hasLooked = true;
        state = state.toldBlock();
    }

    /** Tells the session, in a round trip of its own, outside of any block if none is open. */
    private void tellSession() throws SQLException {
        boolean isOutside = transaction() == TransactionState.IDLE;
        try {
            boolean autoCommit = physical.getAutoCommit();
            if (isOutside && !autoCommit) {
                physical.setAutoCommit(true);
            }
            telling.session(driver.process(), !hasLooked);
            hasLooked = true;
            if (isOutside && !autoCommit) {
                physical.setAutoCommit(false);
            }
        } catch (SQLException e) {
            throw unbound(e);
        }
        state = isOutside ? state.toldSession() : state.toldSessionWithinBlock();
    }

    SQLException unbound(SQLException cause) {
        return checked.unbound().destroyed(cause);
    }

    @Override
    public Object connectionCall(JdbcCall.Kind kind, Method method, Object[] args) throws Throwable {
        return switch (kind) {
            case COMMIT, SET_AUTO_COMMIT -> {
                if (kind == JdbcCall.Kind.SET_AUTO_COMMIT && args[0].equals(physical.getAutoCommit())) {
                    yield Forward.to(physical, method, args);
                }
                noticeEndOfBlock();
                if (transaction() == TransactionState.OPEN && !physical.getAutoCommit()) {
                    finishBlock();
                }
                yield endBlock(method, args);
            }
            case ROLLBACK -> endBlock(method, args);
            case ROLLBACK_TO_SAVEPOINT -> rollBackTo((Savepoint) args[0], method, args);
            case RELEASE_SAVEPOINT -> {
                int index = savepoints.indexOf((Savepoint) args[0]);
                Object result = Forward.to(physical, method, args);
                state = state.released(index);
                savepoints.keep(state.savepoints());
                yield result;
            }
            case SET_SAVEPOINT -> {
                Object savepoint = Forward.to(physical, method, args);
                savepoints.add((Savepoint) savepoint);
                state = state.savepointSet();
                yield savepoint;
            }
            case CHANGE_SESSION -> {
                if (checked.atConnect().isWhole()) {
                    state = state.changedBySetter();
                }
                yield Forward.to(physical, method, args);
            }
            default -> Forward.to(physical, method, args);
        };
    }

    /** What is deferred runs at its end. */
    private void finishBlock() throws SQLException {
        state = fetches.countedIn(state);
        if (state.mustTellBeforeCommit()) {
            tellBlockWithoutSnapshot();
        }
        if (state.mustClearAfterCommit()) {
            commit();
        }
    }

    private Object endBlock(Method method, Object[] args) throws Throwable {
        Object result;
        try {
            result = Forward.to(physical, method, args);
        } finally {
            state = state.blockEnded();
            savepoints.keep(0);
        }
        tellUnwrapped();
        return result;
    }

    private Object rollBackTo(Savepoint savepoint, Method method, Object[] args) throws Throwable {
        int index = savepoints.indexOf(savepoint);
        try {
            return Forward.to(physical, method, args);
        } finally {
            state = state.rolledBackTo(index);
            savepoints.keep(state.savepoints());
            tellUnwrapped();
        }
    }

    /** What was unwrapped tells nothing by itself, so what has been undone is told anew at once. */
    private void tellUnwrapped() throws SQLException {
        if (state.trace() != Trace.OF_UNWRAPPED || state.knows() != Knows.NOBODY || physical.isClosed()) {
            return;
        }
        if (transaction() == TransactionState.OPEN) {
            tellBlock();
        } else if (transaction() == TransactionState.IDLE && state.lease() == Lease.OWN) {
            tellSession();
        }
    }

    @Override
    public Object driverCall(JdbcCall.Kind kind, Call call) throws Throwable {
        return run(
                kind == JdbcCall.Kind.DRIVER ? SqlText.OF_THE_DRIVER : SqlText.OF_NOBODY_KNOWS_WHAT, Run.asItIs(call));
    }

    @Override
    public boolean unwrapping() {
        return true;
    }

    @Override
    public void tellBeforeUnwrap() throws SQLException {
        noticeEndOfBlock();
        TransactionState transaction = transaction();
        if (transaction != TransactionState.FAILED && (state.knows() != Knows.SESSION || state.mustTell())) {
            if (state.lease() == Lease.OWN) {
                tellSession();
            } else if (transaction == TransactionState.OPEN) {
                tellBlock();
            } else {
                throw Way.unwrapRefusal();
            }
        }
        state = state.unwrapped();
    }

    /** For {@link FailedCarrying}, which rolls back what has failed. */
    void rolledBack() {
        noticeEndOfBlock();
    }
}
