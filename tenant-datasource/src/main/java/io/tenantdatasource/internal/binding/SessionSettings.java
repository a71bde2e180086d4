package io.tenantdatasource.internal.binding;

import io.tenantdatasource.internal.sql.Backslash;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The settings that make a server session work for a tenant, written in one round trip.
 *
 * <p>Names and values are bind parameters, so no text of a tenant is ever part of a statement. One statement serves to
 * bind and to reset, so the driver prepares it once.
 */
public final class SessionSettings {

    /** Called by its schema, for the search path may put another function of that name first. */
    private static final String SET_FOR_SESSION = "pg_catalog.set_config(?, ?, false)";

    /**
     * What a session is called. Process numbers are one server's own, and connections may be to several; a number of seconds
     * is written alike whatever the session's {@code TimeZone} and {@code DateStyle} are, which a time is not.
     */
    static final String SESSION =
            "pg_catalog.concat_ws(' since ', pg_catalog.pg_backend_pid(), extract(epoch from pg_catalog.pg_postmaster_start_time()))";

    /** The tenant settings are emptied, not brought to their default: a default would be somebody's tenant. */
    private static final String NO_TENANT = "";

    private static final String ROLE = "role";

    private final List<String> tenantNames;
    private final List<String> names;
    private final String binding;
    private final String clearing;

    /**
     * Builds the statement.
     *
     * @param tenantNames the settings of a tenant, in the order in which they are written
     * @param assumesRole whether a role is written with them, after them
     */
    public SessionSettings(List<String> tenantNames, boolean assumesRole) {
        this.tenantNames = List.copyOf(tenantNames);
        this.names = assumesRole
                ? Stream.concat(tenantNames.stream(), Stream.of(ROLE)).toList()
                : this.tenantNames;
        String settingAll = "select " + String.join(", ", Collections.nCopies(names.size(), SET_FOR_SESSION)) + ", ";
        this.binding = settingAll + Written.AT_CHECKOUT;
        this.clearing = Inventory.OUR_OWN + settingAll + Written.ON_RETURN;
    }

    /** The names of all that is written, the role included. */
    public List<String> names() {
        return names;
    }

    /** The names of the tenant's settings alone. */
    public List<String> tenantNames() {
        return tenantNames;
    }

    /** Whether a role is written too. */
    public boolean assumesRole() {
        return names.size() > tenantNames.size();
    }

    /**
     * The values to {@link #write} when a connection goes back.
     *
     * @param atConnect what the session was when it was seen first
     */
    List<String> cleared(Inventory atConnect) {
        List<String> values = new ArrayList<>(Collections.nCopies(tenantNames.size(), NO_TENANT));
        if (assumesRole()) {
            values.add(atConnect.role());
        }
        return values;
    }

    /** What the tenant's settings hold, in their order; empty where there is nothing. */
    List<String> read(Connection connection) throws SQLException {
        String query = tenantNames.stream()
                .map(name -> "pg_catalog.current_setting('" + name + "', true)")
                .collect(Collectors.joining(", ", Inventory.OUR_OWN + "select ", ""));
        List<String> values = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            if (!statement.execute()) {
                return Collections.nCopies(tenantNames.size(), NO_TENANT);
            }
            ResultSet result = statement.getResultSet();
            result.next();
            for (int i = 1; i <= tenantNames.size(); i++) {
                values.add(Objects.requireNonNullElse(result.getString(i), NO_TENANT));
            }
        }
        return values;
    }

    /** Brings the tenant's settings to what they are for a new session. */
    void resetToDefaults(Connection connection) throws SQLException {
        for (String statement : resetting()) {
            try (PreparedStatement reset = connection.prepareStatement(statement)) {
                reset.execute();
            }
        }
    }

    /** The statements that bring the tenant's settings to what they are for a new session. */
    public List<String> resetting() {
        return tenantNames.stream()
                .map(name -> Inventory.OUR_OWN + "reset " + SqlName.ofSetting(name))
                .toList();
    }

    /**
     * Writes the settings for the session, in the transaction that is open if there is one.
     *
     * @param connection the connection
     * @param values one for each name
     * @return what the server has said, or null if the driver gave no result
     * @throws SQLException if the server refuses
     */
    Written write(Connection connection, List<String> values) throws SQLException {
        return write(connection, binding, values);
    }

    /**
     * Takes them back, and looks in the same round trip at what else was left: what a trigger or an operator's function leaves, no
     * text has shown.
     *
     * @param connection the connection, which has no transaction open
     * @param atConnect what the session was when it was seen first
     * @return what the server has said, or null if the driver gave no result
     * @throws SQLException if the server refuses
     */
    Written clear(Connection connection, Inventory atConnect) throws SQLException {
        return write(connection, clearing, cleared(atConnect));
    }

    private Written write(Connection connection, String statement, List<String> values) throws SQLException {
        try (PreparedStatement setAll = connection.prepareStatement(statement)) {
            for (int i = 0; i < names.size(); i++) {
                setAll.setString(2 * i + 1, names.get(i));
                setAll.setString(2 * i + 2, values.get(i));
            }
            return setAll.execute() ? Written.read(setAll.getResultSet(), names.size() + 1) : null;
        }
    }

    /**
     * Writes the settings for the session by SET, and looks by SHOW, which take no snapshot: LOCK and SET TRANSACTION may still
     * come first.
     *
     * @param connection the connection
     * @param values one for each name
     * @return how the session reads constants
     * @throws SQLException if the server refuses
     */
    Backslash writeWithinBlock(Connection connection, List<String> values) throws SQLException {
        List<String> statements = new ArrayList<>(List.of(Inventory.OUR_OWN + "show standard_conforming_strings"));
        statements.addAll(withoutSnapshot(values, "set "));
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(String.join(";", statements))) {
                return Backslash.UNKNOWN;
            }
            try (ResultSet shown = statement.getResultSet()) {
                shown.next();
                return Backslash.of(shown.getString(1).equals("on"));
            }
        }
    }

    /** The statements that look without a snapshot: each has one row, of {@link SessionRole}'s parts. */
    public List<String> lookingWithoutSnapshot() {
        return List.of(Inventory.OUR_OWN + "show role", Inventory.OUR_OWN + "show session_authorization");
    }

    /**
     * The statements that set without a snapshot.
     *
     * @param values one for each name
     * @param set {@code "set "} or {@code "set local "}
     * @return one for each name
     */
    public List<String> withoutSnapshot(List<String> values, String set) {
        return IntStream.range(0, names.size())
                .mapToObj(i -> Inventory.OUR_OWN + set + SqlName.ofSetting(names.get(i)) + " to "
                        + SqlLiteral.of(values.get(i)))
                .toList();
    }

    /**
     * What takes out of a pooler's session what a text may have left there, once its block has ended; in the same round trip,
     * after which the pooler may lend it to somebody else.
     *
     * @return the statements
     */
    public List<String> clearingAfterCommit() {
        return Stream.concat(
                        Stream.of(
                                "reset session authorization", "reset role", "close all", "unlisten *", "discard temp"),
                        tenantNames.stream().map(name -> "set " + SqlName.ofSetting(name) + " to ''"))
                .map(statement -> Inventory.OUR_OWN + statement)
                .toList();
    }

    /**
     * Writes the settings for the session, outside of any transaction: PostgreSQL takes back what a transaction set when it
     * is rolled back. What is still open is rolled back first.
     *
     * @param connection the connection
     * @param values one for each name
     * @return what the server has said, or null if the driver gave no result
     * @throws SQLException if the server refuses
     */
    Written writeOutsideOfTransaction(Connection connection, List<String> values) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        rollBack(connection);
        Written written = write(connection, values);
        connection.setAutoCommit(autoCommit);
        return written;
    }

    /**
     * Rolls back what is open, also a transaction that was begun by SQL text while the connection is in autocommit mode: hence
     * the detour through {@code setAutoCommit(false)}, without which JDBC forbids {@code rollback()}. pgjdbc knows the
     * transaction's state and sends nothing for all this unless one is open. Leaves the connection in autocommit mode.
     *
     * @param connection the connection
     * @throws SQLException if that failed
     */
    public static void rollBack(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.rollback();
        connection.setAutoCommit(true);
    }
}
