package io.tenantdatasource.internal.binding;

import io.tenantdatasource.internal.jdbc.BoundStatement;
import io.tenantdatasource.internal.jdbc.Call;
import io.tenantdatasource.internal.jdbc.Forward;
import io.tenantdatasource.internal.jdbc.JdbcCall;
import io.tenantdatasource.internal.sql.Backslash;
import io.tenantdatasource.internal.sql.Block;
import io.tenantdatasource.internal.sql.Effect;
import io.tenantdatasource.internal.sql.SqlDialect;
import io.tenantdatasource.internal.sql.SqlText;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the session, at checkout. What may have changed the session since is followed by telling it again, before the next
 * statement. Knows JDBC alone, so it does not know whether a block is open where SQL text may have begun one.
 */
public final class SessionTeller implements Teller {

    private static final Logger LOG = LoggerFactory.getLogger("io.tenantdatasource.TenantDataSource");

    private final Connection physical;
    private final CheckedConnection checked;
    private final Savepoints savepoints = new Savepoints();
    private final Fetches fetches = new Fetches();

    private BindingState state = BindingState.atCheckout(Lease.OWN);
    private String session;

    /** As the server has said when it was told last. */
    private Backslash backslash = Backslash.UNKNOWN;

    /**
     * Whether no block of the user's can be open: they have sent nothing since one has ended. A query of the driver's own may
     * have begun one, which holds nothing.
     */
    private boolean isIdle;

    /** Set by whichever thread unwraps, and counted in with the next event. */
    private volatile boolean unwrapped;

    /**
     * For one checkout.
     *
     * @param checked the connection
     */
    public SessionTeller(CheckedConnection checked) {
        this.physical = checked.physical();
        this.checked = checked;
    }

    @Override
    public void atCheckout() throws SQLException {
        Written written = checked.settings().writeOutsideOfTransaction(physical, checked.values());
        if (written != null) {
            written.role().require(checked);
            session = written.session();
            backslash = written.backslash();
        }
        state = state.toldSession();
        isIdle = true;
    }

    @Override
    public BindingState state() {
        if (unwrapped) {
            state = state.unwrapped();
        }
        return state;
    }

    @Override
    public String session() {
        return session;
    }

    @Override
    public BoundStatement statement(Method creation, Object[] args) throws Throwable {
        Statement statement = (Statement) Forward.to(physical, creation, args);
        return new ToldStatement(statement, creation, args, this);
    }

    /** A text, as far as it can be read. */
    @FunctionalInterface
    interface Reading {
        SqlText with(SqlDialect dialect);
    }

    /** Runs a text where the session knows, and looks at what it may have done. */
    Object run(Reading reading, boolean fetchesInParts, Call call) throws Throwable {
        state = fetches.countedIn(state());
        SqlText text = reading.with(dialect());
        if (text.mayBeSeveralUnread()) {
            tellIfForgotten(); // which asks how it is to be read
            text = reading.with(dialect());
        }
        refuseWhatUndoesAndGoesOn(text);
        if (text.commits()) {
            tellBeforeCommit();
        } else if (text.effect() != Effect.BOUNDARY) {
            tellIfForgotten();
        }
        if (text.effect() != Effect.ROWS && fetchesInParts) {
            fetches.callFunctions();
        }
        return runTold(text, call);
    }

    private Object runTold(SqlText text, Call call) throws Throwable {
        boolean wasIdle = isIdle;
        isIdle &= text.block() == Block.AS_IT_WAS && physicalCommitsByItself();
        Object result;
        try {
            result = call.make();
        } finally {
            state = state().ran(text.effect());
        }
        isIdle |= text.block() == Block.ENDED && (wasIdle || physicalCommitsByItself());
        if (text.effect() == Effect.BOUNDARY && mustTellUnwrapped()) {
            tellWithinBlock();
        }
        return result;
    }

    /** What was unwrapped tells nothing by itself, so what has been undone is told anew at once. */
    private boolean mustTellUnwrapped() {
        return state.trace() == Trace.OF_UNWRAPPED && state.knows() == BindingState.Knows.NOBODY;
    }

    /** A closed connection cannot say, and has nothing open. */
    private boolean physicalCommitsByItself() {
        try {
            return physical.getAutoCommit();
        } catch (SQLException e) {
            return false;
        }
    }

    /** Where what was told would be undone in the middle of a text, the rest of it would run for nobody. */
    private void refuseWhatUndoesAndGoesOn(SqlText text) throws SQLException {
        boolean isToldWithinBlock = state().knows() == BindingState.Knows.BLOCK || (state().mustTell() && !isIdle);
        Refusals.refuse(text);
        if (text.mayRollBackAndGoOn() && isToldWithinBlock) {
            throw Refusals.ofTextThatGoesOn();
        }
    }

    /**
     * What is deferred runs at the end of the block. If the server takes nothing any more, the block has failed, and COMMIT can
     * only roll it back: which is done at once, so that not even a driver's savepoint lets it commit.
     */
    private void tellBeforeCommit() throws SQLException {
        state = fetches.countedIn(state());
        if (!state().mustTell() || isIdle) {
            return;
        }
        try {
            tellWithinBlock();
        } catch (SQLException e) {
            if (physical.isClosed()) {
                throw e;
            }
            if (!physical.getAutoCommit()) {
                physical.rollback();
            }
        }
    }

    private void tellIfForgotten() throws SQLException {
        if (state().mustTell()) {
            tell();
        }
    }

    private void tell() throws SQLException {
        if (isIdle && state().trace() != Trace.OF_UNWRAPPED) {
            tellOutsideOfBlock();
        } else {
            tellWithinBlock();
        }
    }

    /**
     * Where a block may be open, what is told may be undone with it, so it counts as the block's. If the block has failed,
     * telling fails as the statement would.
     */
    private void tellWithinBlock() throws SQLException {
        backslash = checked.settings().writeWithinBlock(physical, checked.values());
        state = state().toldSessionWithinBlock();
    }

    private void tellOutsideOfBlock() throws SQLException {
        try {
            boolean autoCommit = physical.getAutoCommit();
            physical.setAutoCommit(true);
            Written written = checked.settings().write(physical, checked.values());
            backslash = written == null ? Backslash.UNKNOWN : written.backslash();
            physical.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            throw checked.unbound().destroyed(e);
        }
        state = state().toldSession();
    }

    @Override
    public Object connectionCall(JdbcCall.Kind kind, Method method, Object[] args) throws Throwable {
        return switch (kind) {
            case COMMIT, SET_AUTO_COMMIT -> {
                if (kind == JdbcCall.Kind.SET_AUTO_COMMIT && args[0].equals(physical.getAutoCommit())) {
                    yield Forward.to(physical, method, args);
                }
                if (physical.getAutoCommit()) {
                    yield Forward.to(physical, method, args); // ends nothing, nor begins anything yet
                }
                tellBeforeCommit();
                yield endBlock(method, args);
            }
            case ROLLBACK -> endBlock(method, args);
            case ROLLBACK_TO_SAVEPOINT, RELEASE_SAVEPOINT -> {
                int index = savepoints.indexOf((Savepoint) args[0]);
                try {
                    yield Forward.to(physical, method, args);
                } finally {
                    boolean rollsBack = kind == JdbcCall.Kind.ROLLBACK_TO_SAVEPOINT;
                    state = rollsBack ? state().rolledBackTo(index) : state().released(index);
                    savepoints.keep(state.savepoints());
                    if (rollsBack && mustTellUnwrapped()) {
                        tellWithinBlock();
                    }
                }
            }
            case SET_SAVEPOINT -> {
                Object savepoint = Forward.to(physical, method, args);
                savepoints.add((Savepoint) savepoint);
                state = state().savepointSet();
                isIdle = false;
                yield savepoint;
            }
            case CHANGE_SESSION -> {
                isIdle &= physical.getAutoCommit(); // pgjdbc sends it within a transaction
                if (checked.atConnect().isWhole()) {
                    state = state().changedBySetter();
                }
                yield Forward.to(physical, method, args);
            }
            default -> Forward.to(physical, method, args);
        };
    }

    private Object endBlock(Method method, Object[] args) throws Throwable {
        boolean hadBlocks = !physical.getAutoCommit();
        Object result;
        try {
            result = Forward.to(physical, method, args);
        } finally {
            state = state().blockEnded();
            fetches.blockEnded();
            savepoints.keep(0);
        }
        isIdle |= hadBlocks;
        if (mustTellUnwrapped()) {
            tellAfterBlock(hadBlocks);
        }
        return result;
    }

    private void tellAfterBlock(boolean isOutside) throws SQLException {
        if (isOutside) {
            tellOutsideOfBlock();
        } else {
            tellWithinBlock();
        }
    }

    @Override
    public Object driverCall(JdbcCall.Kind kind, Call call) throws Throwable {
        SqlText text = kind == JdbcCall.Kind.DRIVER ? SqlText.OF_THE_DRIVER : SqlText.OF_NOBODY_KNOWS_WHAT;
        return run(any -> text, false, call);
    }

    @Override
    public void beforeFetch() throws SQLException {
        fetches.mayHappen();
        if (state().knows() != BindingState.Knows.NOBODY || isIdle) {
            return;
        }
        try {
            tellWithinBlock();
        } catch (SQLException e) {
            if (takesStatements()) {
                throw checked.unbound().destroyed(e);
            }
            LOG.debug("A block that has failed takes nothing any more, and gives no more rows either", e);
        }
    }

    @Override
    public void failed() {
        state = state().untold();
    }

    private boolean takesStatements() {
        try (Statement statement = physical.createStatement()) {
            statement.execute("select 1");
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** What has run since may have changed it. */
    private SqlDialect dialect() {
        boolean isKnown = state().knows() != BindingState.Knows.NOBODY && state.trace() != Trace.OF_UNWRAPPED;
        return new SqlDialect(
                isKnown ? backslash : Backslash.UNKNOWN, checked.atConnect().namesakes());
    }

    @Override
    public boolean unwrapping() {
        boolean mustTell = state.knows() == BindingState.Knows.NOBODY;
        unwrapped = true;
        return mustTell;
    }

    @Override
    public void tellBeforeUnwrap() throws SQLException {
        tellIfForgotten();
    }
}
