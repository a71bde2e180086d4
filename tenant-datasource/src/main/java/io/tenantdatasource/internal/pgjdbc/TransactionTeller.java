package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.binding.BindingState;
import io.tenantdatasource.internal.binding.BindingState.Knows;
import io.tenantdatasource.internal.binding.CheckedConnection;
import io.tenantdatasource.internal.binding.Lease;
import io.tenantdatasource.internal.binding.Refusals;
import io.tenantdatasource.internal.binding.Savepoints;
import io.tenantdatasource.internal.binding.SessionRole;
import io.tenantdatasource.internal.binding.SessionSettings;
import io.tenantdatasource.internal.binding.Teller;
import io.tenantdatasource.internal.binding.Trace;
import io.tenantdatasource.internal.jdbc.BoundStatement;
import io.tenantdatasource.internal.jdbc.Call;
import io.tenantdatasource.internal.jdbc.Forward;
import io.tenantdatasource.internal.jdbc.JdbcCall;
import io.tenantdatasource.internal.sql.Effect;
import io.tenantdatasource.internal.sql.SqlText;
import io.tenantdatasource.internal.sql.ToldText;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.postgresql.core.TransactionState;

/**
 * Tells each transaction, in the round trip of its first statement; and the session, before what no transaction can hold.
 * Whether a transaction is open is what the server has said last: each of its answers ends with that.
 */
final class TransactionTeller implements Teller {

    private final Connection physical;
    private final CheckedConnection checked;
    private final DriverConnection driver;
    private final LocalSettings settings;
    private final FailedCarrying failures;
    private final Savepoints savepoints = new Savepoints();

    private BindingState state;
    private String literal;

    /** Whether the session was seen to work as who it has to. */
    private boolean hasLooked;

    TransactionTeller(CheckedConnection checked, DriverConnection driver, LocalSettings settings, Marks marks) {
        this.physical = checked.physical();
        this.checked = checked;
        this.driver = driver;
        this.settings = settings;
        this.failures = new FailedCarrying(this, marks);
        boolean isOwn = checked.atConnect().inventory().process() == driver.process();
        this.state = BindingState.atCheckout(isOwn ? Lease.OWN : Lease.POOLED);
    }

    DriverConnection driver() {
        return driver;
    }

    Connection physical() {
        return physical;
    }

    LocalSettings settings() {
        return settings;
    }

    List<String> values() {
        return checked.values();
    }

    /** What tells, for a statement without parameters. */
    String literal() {
        if (literal == null) {
            literal = settings.localWith(values());
        }
        return literal;
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
        if (!canCarry || !state.mustTell() || state.isSuspect()) {
            return Form.PLAIN;
        }
        return isAlone() ? Form.ENCLOSED : Form.CARRYING;
    }

    /** Whether the next statement is a transaction of its own. */
    private boolean isAlone() throws SQLException {
        return transaction() == TransactionState.IDLE && physical.getAutoCommit();
    }

    /** Runs a text where the tenant is known. */
    Object run(SqlText text, Run run) throws Throwable {
        noticeEndOfBlock();
        if (text.goesOnAfterTaking()) {
            throw Refusals.ofTextThatGoesOn();
        }
        Way way = Way.of(text, state, transaction(), physical.getAutoCommit(), run.canCarry());
        return switch (way) {
            case AS_IT_IS -> asItIs(text, run::asItIs);
            case CARRYING -> carry(text, run, Form.CARRYING);
            case ENCLOSED -> carry(text, run, Form.ENCLOSED);
            case BLOCK_FIRST -> {
                if (text.effect() == Effect.UNKNOWN) {
                    tellBlockBeforeText();
                } else {
                    tellBlock();
                }
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
        if (form == Form.CARRYING) {
            state = state.toldBlock();
        }
        ran(text);
        return run.answer();
    }

    /** Triggers may have set anything, and the next statement of the block can look without a round trip. */
    private void ran(SqlText text) {
        state = state.ran(text.effect());
        if (text.changesRows()) {
            state = state.untold();
        }
    }

    /** A driver that has constants read in another way says so, as the server tells it of every change. */
    boolean stringsAreStandard() {
        return driver.stringsAreStandard();
    }

    @Override
    public void beforeFetch() throws SQLException {
        noticeEndOfBlock();
        if (transaction() == TransactionState.OPEN && state.knows() == Knows.NOBODY) {
            tellBlock();
        }
    }

    /** The server's word for it that the block was there: it is still open, or has ended with our own COMMIT. */
    private void requireEnd(Form form) throws UnprovenException {
        TransactionState expected = form == Form.ENCLOSED ? TransactionState.IDLE : TransactionState.OPEN;
        if (transaction() != expected) {
            throw new UnprovenException("The transaction is " + transaction() + " where it should be " + expected);
        }
    }

    /** For a pooler's session, which cannot be told, and a call that can carry nothing. */
    private Object inBlockOfItsOwn(SqlText text, Run run) throws Throwable {
        physical.setAutoCommit(false);
        try {
            tellBlock();
            Object result = asItIs(text, run::withoutCursor);
            clearPoolersSession();
            physical.commit();
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
        boolean autoCommit = physical.getAutoCommit();
        ToldText told = ToldText.of(
                text,
                literal(),
                checked.settings().clearingBeforeCommit(),
                transaction() == TransactionState.OPEN || !autoCommit,
                stringsAreStandard());
        try {
            run.carrying(told);
        } catch (UnprovenException e) {
            throw unbound(e);
        } catch (SQLException e) {
            if (autoCommit
                    && !told.beginsBlocks()
                    && !physical.isClosed()
                    && transaction() == TransactionState.FAILED) {
                execute("rollback");
            }
            throw failures.explainLeftover(e);
        } finally {
            ran(text);
            noticeEndOfBlock();
        }
        return run.answer();
    }

    /** A pooler lends the session to somebody else next, and no return can reach it: what a text has left goes with its block. */
    private void clearPoolersSession() throws SQLException {
        if (state.lease() == Lease.POOLED && state.trace().includes(Trace.OF_FUNCTIONS)) {
            execute(String.join(";", checked.settings().clearingBeforeCommit()));
            state = state.untold();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = physical.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What was deferred may fail here, before the COMMIT that would have ended the block all the same. */
    private void clearOrRollBack() throws SQLException {
        try {
            clearPoolersSession();
        } catch (SQLException e) {
            rollBackIfOpen(e);
            noticeEndOfBlock();
            throw e;
        }
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
        } else if (transaction() == TransactionState.FAILED) {
            state = state.untold();
        }
    }

    /** Tells the block, in a round trip of its own; in manual mode the driver begins one if none is open. */
    void tellBlock() throws SQLException {
        tellBlock(state.isSuspect());
    }

    /** Tells the block before a text that is not about rows, of which some must come before any snapshot. */
    private void tellBlockBeforeText() throws SQLException {
        tellBlock(true);
    }

    private void tellBlock(boolean overrides) throws SQLException {
        try {
            if (overrides && isSessionOfThisCheckout()) {
                override();
            } else {
                look();
            }
        } catch (SQLException e) {
            throw unbound(e);
        }
        if (transaction() != TransactionState.OPEN) {
            throw unbound(new UnprovenException("The transaction is " + transaction() + " after it was told"));
        }
        state = state.toldBlock();
    }

    /** Behind a pooler another one comes with the next block, which somebody else may have left something in. */
    private boolean isSessionOfThisCheckout() {
        return state.lease() == Lease.OWN || transaction() == TransactionState.OPEN;
    }

    private void look() throws SQLException {
        try (PreparedStatement statement = physical.prepareStatement(settings.local())) {
            LocalSettings.setLocal(statement, values());
            statement.execute();
        }
        hasLooked = true;
    }

    /** A statement of this checkout may have changed the session, so it is told anew; before LOCK, so without a snapshot. */
    private void override() throws SQLException {
        Optional<String> text = checked.settings().withoutSnapshot(values(), "set local ");
        if (text.isPresent()) {
            execute(text.get());
            return;
        }
        try (PreparedStatement statement = physical.prepareStatement(settings.overriding())) {
            LocalSettings.setLocal(statement, values());
            statement.execute();
        }
    }

    /** Tells the session, in a round trip of its own, outside of any block if none is open. */
    private void tellSession() throws SQLException {
        boolean isOutside = transaction() == TransactionState.IDLE;
        try {
            boolean autoCommit = physical.getAutoCommit();
            if (isOutside && !autoCommit) {
                physical.setAutoCommit(true);
            }
            requireOwn(tellSessionIfOwn());
            if (isOutside && !autoCommit) {
                physical.setAutoCommit(false);
            }
        } catch (SQLException e) {
            throw unbound(e);
        }
        state = isOutside ? state.toldSession() : state.toldSessionWithinBlock();
    }

    private int tellSessionIfOwn() throws SQLException {
        try (PreparedStatement statement = physical.prepareStatement(settings.forSession())) {
            LocalSettings.setForSession(statement, values(), driver.process());
            try (ResultSet told = statement.executeQuery()) {
                told.next();
                if (!hasLooked) { // a role that this checkout sets from now on is its own
                    SessionRole.read(told, 2 + settings.count()).require(checked);
                }
                hasLooked = true;
                return told.getInt(1);
            }
        }
    }

    private void requireOwn(int process) throws UnprovenException {
        if (process != driver.process()) {
            throw new UnprovenException("The session is another than that of the connection, as behind a pooler");
        }
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
                if (transaction() == TransactionState.OPEN && state.mustTellBeforeCommit() && !physical.isClosed()) {
                    tellBlockBeforeText(); // what is deferred runs at its end
                    clearOrRollBack();
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
