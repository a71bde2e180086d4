package io.tenantdatasource.policy;

import static io.tenantdatasource.policy.MigrationStep.inTransaction;
import static io.tenantdatasource.policy.MigrationStep.outsideOfTransaction;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * The migration from tokens to their hashes, so that who reads the table, its backup or its replica cannot use what they
 * read: a column {@code session_token_hash} with the SHA-256 of the token's UTF-8.
 *
 * <pre>{@code
 * SessionTokenHash hashes = SessionTokenHash.of(SessionPolicies.throughUsers());
 * hashes.apply(ownerOfTheTable);               // hashes beside the tokens, kept right by the database
 * ...                                          // all that looks up or writes tokens moves over to the hash
 * hashes.dropPlainTokens(ownerOfTheTable);     // no way back
 * }</pre>
 *
 * <p>A plain SHA-256 will do for tokens of at least 128 random bits, which nobody can guess; not for passwords.
 *
 * <p>Immutable, so safe to share between threads.
 */
public final class SessionTokenHash {

    private static final MigrationStep COLUMN = inTransaction("token-hash/column.sql");
    private static final MigrationStep FINISH = inTransaction("token-hash/finish.sql");
    private static final MigrationStep DROP = inTransaction("token-hash/drop.sql");
    private static final MigrationStep UNDO = inTransaction("token-hash/undo.sql");

    private static final List<MigrationStep> STEPS = List.of(
            COLUMN, outsideOfTransaction("token-hash/fill.sql"), outsideOfTransaction("token-hash/key.sql"), FINISH);

    private static final List<MigrationStep> AT_ONCE = List.of(COLUMN, inTransaction("token-hash/at-once.sql"), FINISH);

    private static final List<MigrationStep> DROP_STEPS =
            List.of(inTransaction("token-hash/ready.sql"), outsideOfTransaction("token-hash/verify.sql"), DROP);

    private final ScriptVariables variables;

    private SessionTokenHash(ScriptVariables variables) {
        this.variables = variables;
    }

    /**
     * The migration of a sessions table.
     *
     * @param sessions names the table, its columns and what {@link #apply} waits for and does at once; its policies may
     *     have been applied or not
     * @return the migration
     */
    public static SessionTokenHash of(SessionPolicies sessions) {
        return new SessionTokenHash(new ScriptVariables(sessions.names()));
    }

    /**
     * Returns the migration as SQL that runs in one transaction, such as that of a migration tool. It holds the table's lock
     * until all rows are filled and the index is built; for a table that is in use, {@link #apply} does the same in short
     * steps.
     *
     * @return the script, all names filled in
     */
    public String sql() {
        return AT_ONCE.stream()
                .map(step -> step.script().render(variables.values()))
                .collect(Collectors.joining("\n"));
    }

    /**
     * Returns the SQL that takes the migration back. To be run in one transaction.
     *
     * @return the script, all names filled in
     */
    public String undoSql() {
        return UNDO.script().render(variables.values());
    }

    /**
     * Adds the column, has triggers and a constraint keep it the hash of the token, fills it in batches, builds its unique
     * index, and then asks each session for a hash instead of a token: an application may go on writing tokens, or write
     * hashes alone. On a table that may be in use, as {@link SessionPolicies#apply}; can be run again after any failure.
     *
     * @param owner connects as the owner of the sessions table, not through a pooler that shares connections between
     *     transactions
     * @throws SQLException what the server says: 55P03 if the table's lock could not be had in time, 42P01, 3F000 or 42703
     *     if the table, its schema or the column of the token is missing, 42804 if a column's type holds no token or hash,
     *     23505 if two sessions have one token, 55000 if the plain tokens were dropped before, or a hash that was there is
     *     not that of its token, 0A000 if the table has partitions
     */
    public void apply(DataSource owner) throws SQLException {
        MigrationRun.run(owner, STEPS, variables.values());
    }

    /**
     * Drops the column of the plain tokens, with its indexes. <b>There is no way back.</b> Before that it verifies that each
     * row is found by the hash of its token, and no other row is.
     *
     * <p>What looks up or writes the token has to have moved over to the hash before, the login by {@link
     * SessionLogin#byTokenHash}. What the dropped column held stays in the table's files until its rows are deleted, or {@code
     * VACUUM FULL} writes them anew, and in backups.
     *
     * @param owner connects as the owner of the sessions table, not through a pooler that shares connections between
     *     transactions
     * @throws SQLException what the server says: 55000 if not all hashes are filled in and proven, the token is part of the
     *     primary key, or the plain tokens were dropped before, 2BP01 if a policy or a view uses the token, with its name,
     *     55P03 if the table's lock could not be had in time; nothing is dropped then
     */
    public void dropPlainTokens(DataSource owner) throws SQLException {
        MigrationRun.run(owner, DROP_STEPS, variables.values());
    }

    /**
     * Takes the migration back, in one transaction, while there are plain tokens.
     *
     * @param owner connects as the owner of the sessions table
     * @throws SQLException what the server says: 55000 if the plain tokens were dropped, or sessions came without one, 2BP01
     *     if the login uses the hash, 55P03 if the table's lock could not be had in time, 42P01 or 3F000 if the table or its
     *     schema is missing
     */
    public void undo(DataSource owner) throws SQLException {
        MigrationRun.run(owner, List.of(UNDO), variables.values());
    }
}
