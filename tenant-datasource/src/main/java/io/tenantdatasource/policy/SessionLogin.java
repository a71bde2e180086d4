package io.tenantdatasource.policy;

import static io.tenantdatasource.policy.MigrationStep.inTransaction;
import static io.tenantdatasource.policy.MigrationStep.outsideOfTransaction;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.internal.PostgresText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Tells whose session a token is, before there is a tenant: the one look-up that the policies of {@link SessionPolicies}
 * leave no way for.
 *
 * <pre>{@code
 * SessionLogin login = SessionLogin.byToken(SessionPolicies.throughUsers());
 * login.apply(ownerOfTheTable);                                        // once
 *
 * Optional<Tenant> tenant = login.tenantOf(dataSource, tokenOfTheRequest);
 * }</pre>
 *
 * <p>The database keeps a function that runs with the rights of the table's owner, and that only the role {@code
 * session_login} may call. It answers with the organization and the user of the one session that has exactly that token
 * and has not expired, or not at all. A policy shows the owner that row and no other, and only while the function runs: who
 * has the owner's rights learns no more than who holds the token.
 *
 * <p>Each wither returns a new object, this one stays as it is. Immutable, so safe to share between threads.
 */
public final class SessionLogin {

    private static final MigrationStep UNDO = inTransaction("login/undo.sql");

    private final List<MigrationStep> steps;
    private final List<MigrationStep> atOnce;
    private final ScriptVariables variables;
    private final String query;

    private SessionLogin(List<MigrationStep> steps, List<MigrationStep> atOnce, ScriptVariables variables) {
        this.steps = steps;
        this.atOnce = atOnce;
        this.variables = variables;
        this.query = SqlScript.load("login/query.sql").render(variables.values());
    }

    /**
     * The login by the token as it stands in the table, looked up by an index on a hash of it, so that the time of a
     * look-up does not tell how much of a guessed token is right.
     *
     * @param sessions the policies of the table, with all names that they were applied with
     * @return the login with the names of the review's schema
     */
    public static SessionLogin byToken(SessionPolicies sessions) {
        MigrationStep function = inTransaction("login/by-token.sql");
        return new SessionLogin(
                List.of(outsideOfTransaction("login/index.sql"), function),
                List.of(inTransaction("login/index-at-once.sql"), function),
                named(sessions));
    }

    /**
     * The login by the SHA-256 of the token's UTF-8, where the table keeps that: as {@code bytea}, or as hex digits of lower
     * case. The column needs a unique index. {@link SessionTokenHash} makes both.
     *
     * @param sessions the policies of the table, with all names that they were applied with
     * @return the login with the names of the review's schema
     */
    public static SessionLogin byTokenHash(SessionPolicies sessions) {
        List<MigrationStep> function = List.of(inTransaction("login/by-token-hash.sql"));
        return new SessionLogin(function, function, named(sessions));
    }

    private static ScriptVariables named(SessionPolicies sessions) {
        return new ScriptVariables(sessions.names())
                .with("login_role", "session_login")
                .with("login_function", "user_session_login");
    }

    /**
     * Names the role that may look up tokens. Created, without login, if it is missing. The application's user has to be a
     * member of it, or log in with another user for this who is.
     *
     * @param role the role, {@code session_login} by default
     * @return a login with that name
     * @throws IllegalArgumentException if no role can have that name
     */
    public SessionLogin loginRole(String role) {
        return with(variables.withIdentifier("login_role", role));
    }

    /**
     * Names the function, which is in the schema of the sessions table.
     *
     * @param function the function, {@code user_session_login} by default
     * @return a login with that name
     * @throws IllegalArgumentException if no function can have that name
     */
    public SessionLogin loginFunction(String function) {
        return with(variables.withIdentifier("login_function", function));
    }

    private SessionLogin with(ScriptVariables changed) {
        return new SessionLogin(steps, atOnce, changed);
    }

    /**
     * Returns the migration as SQL that runs in one transaction, such as that of a migration tool. {@link #byToken} holds
     * the table's lock until its index is built; for a table that is in use, {@link #apply} builds it beforehand.
     *
     * @return the script, all names filled in
     */
    public String sql() {
        return atOnce.stream()
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
     * Creates the function, its policy, its index and its role, or brings them up to date: to be run again when the policies
     * change from one solution to the other, or the table its owner. By token and by its hash take each other's place.
     *
     * @param owner connects as the owner of the sessions table, who may create functions in its schema; who also creates
     *     the role needs CREATEROLE
     * @throws SQLException what the server says: 55P03 if the table's lock could not be had in time, 55000 if row security
     *     of the users table hides users from the owner, or no unique index finds a hash, 42P01, 3F000 or 42703 if a table,
     *     its schema or a column is missing, 42804 if a column's type holds no token, hash or time of expiry, 42723 if there
     *     is another function of that name, 42501 if a right is missing, 0A000 for the index of a table with partitions
     *     (use {@link #sql})
     */
    public void apply(DataSource owner) throws SQLException {
        MigrationRun.run(owner, steps, variables.values());
    }

    /**
     * Takes the migration back, in one transaction. To be done before {@link SessionPolicies#undo}, which leaves row
     * security on where there are policies that are not its own. The role stays.
     *
     * @param owner connects as the owner of the sessions table
     * @throws SQLException what the server says: 55P03 if the table's lock could not be had in time, 42P01 or 3F000 if the
     *     table or its schema is missing
     */
    public void undo(DataSource owner) throws SQLException {
        MigrationRun.run(owner, List.of(UNDO), variables.values());
    }

    /**
     * Looks up whose session a token is. Takes one connection for one statement, in which the token is a bind parameter.
     *
     * <p>A {@code TenantDataSource} will do, bound to no tenant or to any; but one that refuses a missing tenant refuses
     * this as well, so give it the pool then.
     *
     * @param dataSource connects as a member of the login role
     * @param token what the request brought; never part of a message. Null, empty and malformed text are nobody's token
     * @return the organization and the user of the session; empty if there is none of that token, or it has expired
     * @throws SQLException if the server cannot be asked, with 42501 if the user is no member of the login role, 42883 if
     *     the migration was not applied
     */
    public Optional<Tenant> tenantOf(DataSource dataSource, String token) throws SQLException {
        Objects.requireNonNull(dataSource, "dataSource is null");
        if (token == null || token.isEmpty() || !PostgresText.isStorable(token)) {
            return Optional.empty();
        }
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, token);
            try (ResultSet session = statement.executeQuery()) {
                return session.next()
                        ? Optional.of(new Tenant(session.getString(1), session.getString(2)))
                        : Optional.empty();
            }
        }
    }
}
