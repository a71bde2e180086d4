package io.tenantdatasource.test.conformance;

/** One promise of a tenant's connection. */
public enum Promise {
    /** By {@link java.sql.Statement}, in autocommit and in a transaction, as all ways to run a statement are tried. */
    PLAIN_STATEMENT(Subject.STATEMENTS, "a plain statement", Statements::plain),
    /** By {@link java.sql.PreparedStatement}, also once the server has prepared it. */
    PREPARED_STATEMENT(Subject.STATEMENTS, "a prepared statement", Statements::prepared),
    /** By {@link java.sql.CallableStatement}, with an out parameter. */
    CALLABLE_STATEMENT(Subject.STATEMENTS, "a function called by `CallableStatement`", Statements::called),
    /** By a prepared statement. */
    BATCH(Subject.STATEMENTS, "a batch", Statements::batch),
    /** By a prepared statement. */
    GENERATED_KEYS(Subject.STATEMENTS, "an insert with generated keys", Statements::generatedKeys),
    /** By an updatable result set. */
    INSERTED_ROW(Subject.STATEMENTS, "`insertRow` of a result set", Statements::insertedRow),
    /** In a transaction, as the driver fetches part by part there alone. */
    CURSOR(Subject.STATEMENTS, "a cursor with a fetch size", Statements::cursor),
    /** By {@link java.sql.Statement#getConnection()}. */
    CONNECTION_OF_STATEMENT(
            Subject.STATEMENTS, "the connection of `Statement.getConnection()`", Statements::ofAStatement),
    /** By {@link java.sql.DatabaseMetaData#getConnection()}. */
    CONNECTION_OF_META_DATA(
            Subject.STATEMENTS, "the connection of `DatabaseMetaData.getConnection()`", Statements::ofMetaData),
    /** By {@link java.sql.Wrapper#unwrap}, to pgjdbc's. */
    UNWRAPPED_CONNECTION(Subject.STATEMENTS, "the driver's connection, from `unwrap`", Statements::unwrapped),
    /** It sees no tenant, and no rows. */
    NO_TENANT(Subject.STATEMENTS, "a checkout without a tenant, for nobody", Statements::forNobody),
    /** Which is a value, whatever is in it. */
    TENANT_WITH_QUOTES(Subject.STATEMENTS, "a tenant with quotes in its id", Statements::quotes),
    /** On the same physical connection. */
    NEXT_TENANT(Subject.STATEMENTS, "the next checkout, for another tenant", Statements::nextTenant),
    /** On the same physical connection. */
    NEXT_WITHOUT_TENANT(Subject.STATEMENTS, "the next checkout, for nobody", Statements::nextNobody),
    /** In the middle of a checkout. To be refused, or to run for the new tenant, is as good. */
    SWITCHED_TENANT(
            Subject.STATEMENTS,
            "code that has switched to another tenant: not for the former one",
            Statements::switched),
    /** While the next tenant has the physical connection. */
    CLOSED_CONNECTION(Subject.STATEMENTS, "a connection that was closed: nothing runs any more", Statements::closed),

    /** Of a transaction. */
    COMMIT(Subject.TRANSACTIONS, "commit", Transactions::commit),
    /** Of a transaction. */
    ROLLBACK(Subject.TRANSACTIONS, "rollback", Transactions::rollback),
    /** To the one that the transaction began with. */
    ROLLBACK_TO_SAVEPOINT(Subject.TRANSACTIONS, "rollback to a savepoint", Transactions::rollbackToSavepoint),
    /** Which ends nothing but itself. */
    FAILED_STATEMENT(Subject.TRANSACTIONS, "a failed statement in autocommit", Transactions::failedStatement),
    /** And its rollback. */
    FAILED_TRANSACTION(Subject.TRANSACTIONS, "a failed transaction", Transactions::failedTransaction),
    /** In autocommit. */
    CANCELLED_STATEMENT(Subject.TRANSACTIONS, "a cancelled statement", Transactions::cancelled),
    /** Off and on, several times. */
    TOGGLED_AUTOCOMMIT(Subject.TRANSACTIONS, "toggled autocommit", Transactions::toggledAutocommit),
    /** By statements that are transaction control, of which the driver is not told. */
    TRANSACTION_BY_TEXT(Subject.TRANSACTIONS, "BEGIN, COMMIT, ROLLBACK by text", Transactions::byText),

    /** Right after the checkout, as the server sees it. */
    NO_OPEN_TRANSACTION(Subject.VISIBILITY, "no transaction is open", Visibility::noTransactionIsOpen),
    /** Right after the checkout, where JDBC refuses them in a transaction. */
    READ_ONLY_AND_ISOLATION(
            Subject.VISIBILITY, "`setReadOnly` and `setTransactionIsolation` work", Visibility::readOnlyAndIsolation),
    /** Of the connection, and of its first statement. */
    NO_WARNING(Subject.VISIBILITY, "no warning", Visibility::noWarning),
    /** Of a statement, by {@link java.sql.Statement#getMoreResults()}. */
    ONE_RESULT(Subject.VISIBILITY, "no result but the application's own", Visibility::oneResult),
    /** Of a prepared write. */
    UPDATE_COUNTS(Subject.VISIBILITY, "update counts and generated keys are its own", Visibility::updateCounts),
    /** Of a statement that the server refuses. */
    ERRORS(Subject.VISIBILITY, "errors and their positions are its own", Visibility::errors),

    /** With nothing open. */
    CLOSED_IDLE(Subject.RETURN, "closed when idle", Returns::idle),
    /** With a write that was not committed. */
    CLOSED_IN_TRANSACTION(Subject.RETURN, "closed in an open transaction", Returns::openTransaction),
    /** With a write that was not committed, and an error after it. */
    CLOSED_IN_FAILED_TRANSACTION(Subject.RETURN, "closed in a failed transaction", Returns::failedTransaction),
    /** Of which neither the driver nor the pool is told. */
    CLOSED_IN_TRANSACTION_BY_TEXT(Subject.RETURN, "closed in a transaction begun by text", Returns::transactionByText),
    /** Of which rows were left. */
    CLOSED_WITH_CURSOR(Subject.RETURN, "closed with a running cursor", Returns::runningCursor),
    /** In a transaction that has failed by that. */
    CLOSED_AFTER_CANCEL(Subject.RETURN, "closed after a cancelled query", Returns::cancelledQuery),
    /** Another one, by the application itself. */
    TENANT_SET_BY_TEXT(Subject.RETURN, "a tenant that SQL text has set", Returns::settingByText),
    /** By {@code SET ROLE}. */
    ROLE(Subject.RETURN, "a role", Returns::role),
    /** Over rows of the former tenant. */
    HELD_CURSOR(Subject.RETURN, "a cursor WITH HOLD", Returns::heldCursor),
    /** With rows of the former tenant. */
    TEMPORARY_TABLE(Subject.RETURN, "a temporary table", Returns::temporaryTable),
    /** To a channel, of which the next one would be told. */
    LISTEN(Subject.RETURN, "LISTEN", Returns::listening),

    /** Whatever is sent first after {@code getConnection()} fails. */
    FAILED_BINDING_IS_TOLD(Subject.FAULTS, "binding fails: that is told, and nothing runs", Faults::bindingFails),
    /** As nobody knows what it carries. */
    FAILED_BINDING_DESTROYS(Subject.FAULTS, "binding fails: the connection is destroyed", Faults::notBound),
    /** And runs for its own tenant. */
    WIRE_DIES_WHEN_BINDING(
            Subject.FAULTS, "the wire dies when binding: the next checkout works", Faults::wireDiesWhenBinding),
    /** Whatever is sent first by {@code close()} fails. */
    FAILED_RESET_LEAVES_NOTHING(
            Subject.FAULTS, "resetting fails: no tenant goes back to the pool", Faults::resettingFails),
    /** By an exception. */
    FAILED_RESET_IS_TOLD(Subject.FAULTS, "resetting fails: `close()` tells it", Faults::failedResetIsTold),
    /** And runs for its own tenant. */
    WIRE_DIES_WHEN_RESETTING(
            Subject.FAULTS, "the wire dies when resetting: the next checkout works", Faults::wireDiesWhenResetting),
    /** And runs for its own tenant. */
    SERVER_ENDS_SESSION(
            Subject.FAULTS, "the server ends the session: the next checkout works", Faults::serverEndsTheSession);

    /** What promises are about. */
    public enum Subject {
        /** Whichever way they are run. */
        STATEMENTS("Runs for the tenant of its checkout"),
        /** And statements that fail. */
        TRANSACTIONS("Runs for the same tenant after"),
        /** Of the binding. */
        VISIBILITY("The application notices nothing"),
        /** To the pool. */
        RETURN("Nothing stays in the session"),
        /** Of the server, and of the wire. */
        FAULTS("When something fails");

        private final String words;

        Subject(String words) {
            this.words = words;
        }

        /** What the promises of it have in common, as a heading. */
        @Override
        public String toString() {
            return words;
        }
    }

    private final Subject subject;
    private final String words;

    @SuppressWarnings("ImmutableEnumChecker") // a method reference, which holds nothing
    private final Trial trial;

    Promise(Subject subject, String words, Trial trial) {
        this.subject = subject;
        this.words = words;
        this.trial = trial;
    }

    /**
     * Returns what it is about.
     *
     * @return the subject, which its neighbours have too
     */
    public Subject subject() {
        return subject;
    }

    /**
     * Returns what is promised, below the heading of its subject.
     *
     * @return words with JDBC's names in backquotes, such as {@code a batch}
     */
    public String words() {
        return words;
    }

    Trial trial() {
        return trial;
    }
}
