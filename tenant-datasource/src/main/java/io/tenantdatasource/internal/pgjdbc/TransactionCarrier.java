package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.StatementText;
import io.tenantdatasource.internal.jdbc.Carrier;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.postgresql.core.TransactionState;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Tells the server the tenant once a transaction, from checkout to return. */
public final class TransactionCarrier implements Carrier {

    /** A statement that must not run in a transaction block, which is what two statements sent together are. */
    private static final String ACTIVE_SQL_TRANSACTION = "25001";

    /** pgjdbc sends a Sync, which ends an implicit transaction, after 256 statements at the latest. */
    static final int MOST_STATEMENTS_IN_A_ROW = 200;

    private static final String NOT_SUPPORTED = "0A000";

    private static final String POOLED =
            "This connection reaches the server through a pooler, which lends it a session for a"
                    + " transaction at a time, so nothing can be bound beyond one: ";

    private final Connection physical;
    private final DriverConnection driver;
    private final LocalSettings settings;
    private final List<String> values;
    private final BindingFailure failure;

    /** Whether the transaction that is open has been told. */
    private boolean transactionKnows;

    /** Whether the session has been told, to the end of the checkout. */
    private boolean sessionKnows;

    /** Whether the session was told within the transaction that is open: its rollback would undo that. */
    private boolean sessionKnowsIfCommitted;

    private boolean sessionMayKnow;
    /** Whether the session was found to be a pooler's, so only transactions can be told. */
    private boolean pooled;

    /**
     * Whether the user has the driver's connection, of which only transactions can be told: one that ends there, and the
     * next that begins there, go unnoticed.
     */
    private boolean givenOutPooled;

    private boolean inOwnTransaction;
    private String prefix;

    private TransactionCarrier(
            Connection physical,
            DriverConnection driver,
            LocalSettings settings,
            List<String> values,
            BindingFailure failure) {
        this.physical = physical;
        this.driver = driver;
        this.settings = settings;
        this.values = List.copyOf(values);
        this.failure = failure;
    }

    /**
     * Makes one for a connection that was just borrowed.
     *
     * @param physical the connection
     * @param settings what to set
     * @param values to what
     * @param failure destroys the connection
     * @return the carrier, or empty if the driver below is another than pgjdbc
     * @throws SQLException if the pool could not say
     */
    public static Optional<TransactionCarrier> of(
            Connection physical, LocalSettings settings, List<String> values, BindingFailure failure)
            throws SQLException {
        return DriverConnection.of(physical)
                .map(driver -> new TransactionCarrier(physical, driver, settings, values, failure));
    }

    /**
     * Tries whether two statements of one string are one transaction here, and what was local to it is gone afterwards.
     *
     * @param physical a connection that was just borrowed
     * @param settings what is to be set
     * @return false if the driver is another than pgjdbc, or hides it, or does otherwise
     * @throws SQLException if the server refuses
     */
    public static boolean isSupportedBy(Connection physical, LocalSettings settings) throws SQLException {
        Optional<DriverConnection> driver = DriverConnection.of(physical);
        return driver.isPresent() && SupportCheck.passes(physical, driver.get(), settings);
    }

    /**
     * Whether a transaction is open, or has failed.
     *
     * @return false if the connection is idle
     */
    public boolean isInTransaction() {
        return driver.transaction() != TransactionState.IDLE;
    }

    /**
     * Whether the session itself may have been told a tenant, by this class or by a statement of the user.
     *
     * @return true if it has to be reset
     */
    public boolean sessionMayKnow() {
        return sessionMayKnow;
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
        return values;
    }

    /** What stands before a statement without parameters. */
    String prefix() {
        if (prefix == null) {
            prefix = settings.prefixWith(values);
        }
        return prefix;
    }

    @Override
    public Object call(Connection target, Method method, Object[] args) throws Throwable {
        return switch (method.getName()) {
            case "createStatement" -> CarryingPlainStatement.over((Statement) forward(target, method, args), this);
            case "prepareStatement", "prepareCall" -> CarryingPreparedStatement.prepare(method, args, this);
            default -> callAndLook(target, method, args);
        };
    }

    /**
     * Looks whether the call has ended the transaction, however it went: a query of the driver's own may begin the next
     * before a statement does. A rollback to a savepoint undoes what was set after it.
     */
    private Object callAndLook(Object target, Method method, Object[] args) throws Throwable {
        boolean rollsBack = method.getName().equals("rollback");
        Object result;
        try {
            result = forward(target, method, args);
        } finally {
            transactionKnows &= isInTransaction() && !rollsBack;
        }
        if (rollsBack || !isInTransaction()) {
            tellSessionAgainIfUndone();
        }
        return result;
    }

    /**
     * The session was told within a transaction that has been rolled back since, or may have been, or the transaction within
     * one of its savepoints.
     */
    private void tellSessionAgainIfUndone() throws SQLException {
        if (sessionKnowsIfCommitted && driver.transaction() != TransactionState.FAILED) {
            sessionKnowsIfCommitted = false;
            givenOutPooled |= !tellSession();
        } else if (givenOutPooled && driver.transaction() == TransactionState.OPEN) {
            tellTransaction();
        }
    }

    static Object forward(Object target, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Whether the server has to be told before the next statement. */
    boolean mustTell() throws SQLException {
        TransactionState state = driver.transaction();
        if (state == TransactionState.IDLE) {
            transactionKnows = false;
            tellSessionAgainIfUndone();
        }
        boolean knows = sessionKnows || (transactionKnows && !givenOutPooled);
        return state != TransactionState.FAILED && !knows;
    }

    /** Whether the next statement is a transaction of its own. */
    boolean isAlone() throws SQLException {
        return !isInTransaction() && physical.getAutoCommit();
    }

    /** A statement has carried the tenant. */
    void told() {
        transactionKnows = driver.transaction() == TransactionState.OPEN;
    }

    /** A statement that carried nothing has failed, perhaps after a part of it had ended the transaction. */
    void failed() {
        transactionKnows = false;
    }

    /** A statement was run. */
    void ran(StatementText text) throws SQLException {
        if (!text.undoesSettings() && !text.mayBeSeveral()) {
            return;
        }
        transactionKnows = false;
        sessionKnows &= !text.mentions("reset") && !text.mentions("discard");
        tellSessionAgainIfUndone();
    }

    /** Remembers that the session has to be reset if the user may set what is ours. */
    void notice(StatementText text) {
        sessionMayKnow |= text.mentions("set_config") || (text.mentions("set ") && mentionsASetting(text));
    }

    private boolean mentionsASetting(StatementText text) {
        return settings.names().stream().anyMatch(text::mentions);
    }

    /** Tells the transaction, in a round trip of its own. */
    private void tellTransaction() throws SQLException {
        try (PreparedStatement statement = physical.prepareStatement(settings.local())) {
            LocalSettings.setLocal(statement, values);
            statement.execute();
        } catch (SQLException e) {
            throw failure.destroyed(e);
        }
        told();
    }

    /**
     * Tells the session, in a round trip of its own. Behind a pooler only the transaction is told.
     *
     * @return whether it was the session
     */
    boolean tellSession() throws SQLException {
        boolean idle = !isInTransaction();
        boolean autoCommit = physical.getAutoCommit();
        int process;
        try {
            if (idle && !autoCommit) {
                physical.setAutoCommit(true);
            }
            process = tellSessionIfOwn();
            if (idle && !autoCommit) {
                physical.setAutoCommit(false);
            }
        } catch (SQLException e) {
            throw failure.destroyed(e);
        }
        told();
        pooled = process != driver.process();
        sessionKnows = !pooled;
        sessionMayKnow |= sessionKnows;
        sessionKnowsIfCommitted = sessionKnows && !idle;
        return sessionKnows;
    }

    private int tellSessionIfOwn() throws SQLException {
        try (PreparedStatement statement = physical.prepareStatement(settings.forSession())) {
            LocalSettings.setForSession(statement, values, driver.process());
            try (ResultSet process = statement.executeQuery()) {
                process.next();
                return process.getInt(1);
            }
        }
    }

    /**
     * Tells the session, for a text that no single transaction can hold. What is told within a transaction stays if that
     * is committed.
     *
     * @throws SQLException if that cannot be; the text must not be sent then
     */
    void requireSession(StatementText text) throws SQLException {
        if (isInTransaction() && (text.mentions("rollback") || text.mentions("abort"))) {
            throw new SQLFeatureNotSupportedException(
                    "This text rolls back the transaction that is open and goes on, where the tenant would not be known any more;"
                            + " it was not run. Run what comes after the rollback as a statement of its own",
                    NOT_SUPPORTED);
        }
        if (!tellSession()) {
            throw new SQLFeatureNotSupportedException(
                    POOLED + "this statement was not run. Run it on a connection to the server itself", NOT_SUPPORTED);
        }
    }

    @Override
    public void beforeUnwrap() throws SQLException {
        boolean failed = driver.transaction() == TransactionState.FAILED;
        if (sessionKnows || failed) {
            sessionKnowsIfCommitted |= failed;
            return;
        }
        boolean idle = !isInTransaction();
        boolean toSession = tellSession();
        givenOutPooled |= !toSession && !idle;
        if (!toSession && idle) {
            throw new SQLFeatureNotSupportedException(
                    POOLED
                            + "unwrap gave nothing out. Call it within a transaction (setAutoCommit(false) and a statement"
                            + " first), and use what it gives until that ends; or connect to the server directly",
                    NOT_SUPPORTED);
        }
    }

    /**
     * In autocommit mode the session is told, since what is local would be gone before the call. Behind a pooler the call
     * gets a transaction of its own.
     */
    @Override
    public void beforeOtherCall() throws SQLException {
        if (!mustTell()) {
            return;
        }
        if (isAlone()) {
            if (!pooled && tellSession()) {
                return;
            }
            physical.setAutoCommit(false);
            inOwnTransaction = true;
        }
        tellTransaction();
    }

    /** Whether a cursor that is opened now ends with the call. */
    boolean isInOwnTransaction() {
        return inOwnTransaction;
    }

    @Override
    public void afterOtherCall() throws SQLException {
        if (!inOwnTransaction) {
            return;
        }
        inOwnTransaction = false;
        if (physical.isClosed()) {
            return; // the call has said why
        }
        try {
            if (driver.transaction() == TransactionState.FAILED) {
                physical.rollback();
            } else {
                physical.commit();
            }
        } finally {
            physical.setAutoCommit(true);
        }
    }

    /** Ends a transaction that a text has begun, and that has failed before its end. */
    void rollBackFailed() throws SQLException {
        if (physical.isClosed() || !isInTransaction()) {
            return;
        }
        try {
            physical.setAutoCommit(false);
            physical.rollback();
            physical.setAutoCommit(true);
        } catch (SQLException e) {
            throw failure.destroyed(e);
        }
    }

    /**
     * A statement that carried the tenant has failed.
     *
     * @return what to throw: the same, unless it was the tenant that could not be told
     */
    SQLException failed(SQLException e, StatementText text) throws SQLException {
        transactionKnows = false;
        if (isOfBinding(e, text)) {
            return failure.destroyed(e);
        }
        if (!(e instanceof PSQLException failure) || failure.getServerErrorMessage() == null) {
            driver.split(text.sql()); // what the driver has against the text, it says without what was put before it
        }
        return e;
    }

    /**
     * Settings are checked in guc.c, and nothing that a statement of the user does fails there, unless it sets one itself:
     * then its own text says so, or the error tells the function where it happened. Without a message of the server the
     * connection is broken.
     */
    private static boolean isOfBinding(SQLException e, StatementText text) {
        SQLException first =
                e instanceof BatchUpdateException && e.getCause() instanceof SQLException cause ? cause : e;
        if (!(first instanceof PSQLException failure)) {
            return false;
        }
        ServerErrorMessage message = failure.getServerErrorMessage();
        if (message == null) {
            return isConnectionFailure(failure);
        }
        return !text.mentions("set_config")
                && message.getWhere() == null
                && ("guc.c".equals(message.getFile())
                        || String.valueOf(message.getMessage()).contains("set_config"));
    }

    private static boolean isConnectionFailure(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith("08");
    }

    /** Whether a statement failed only because it was sent with another, and had done nothing yet. */
    static boolean wantsToBeAlone(SQLException e) {
        return ACTIVE_SQL_TRANSACTION.equals(e.getSQLState());
    }

    /**
     * Whether a text of several statements needs more than what is local to one transaction, told before the first of them:
     * it ends its transaction and goes on in the next, or has to configure it before any query.
     */
    boolean needsSession(StatementText text) throws SQLException {
        if (sessionKnows || !text.mayBeSeveral()) {
            return false;
        }
        List<StatementText> statements =
                driver.split(text.sql()).stream().map(StatementText::of).toList();
        return statements.size() > 1
                && (statements.subList(0, statements.size() - 1).stream().anyMatch(StatementText::undoesSettings)
                        || statements.stream().anyMatch(StatementText::mayCommitInside)
                        || (!isInTransaction() && statements.stream().anyMatch(StatementText::comesBeforeQueries)));
    }
}
