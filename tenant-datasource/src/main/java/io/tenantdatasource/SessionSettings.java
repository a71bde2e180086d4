package io.tenantdatasource;

import io.tenantdatasource.internal.PostgresText;
import io.tenantdatasource.internal.SettingName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The settings that make a server session work for a tenant, written in one round trip.
 *
 * <p>Names and values are bind parameters, so no text of a tenant is ever part of a statement. One statement serves to
 * bind and to reset, so the driver prepares it once.
 */
final class SessionSettings {

    /** Called by its schema, for the search path may put another function of that name first. */
    private static final String SET_FOR_SESSION = "pg_catalog.set_config(?, ?, false)";

    /** Process numbers are one server's own, and connections may be to several. */
    private static final String SESSION = ", pg_catalog.concat_ws(' since ', pg_catalog.pg_backend_pid(),"
            + " pg_catalog.pg_postmaster_start_time())";

    /** The tenant settings are emptied, not brought to their default: a default would be somebody's tenant. */
    private static final String NO_TENANT = "";

    /** {@code set_config} takes null for the session's default, as {@code RESET ROLE} does. */
    private static final String SESSION_DEFAULT = null;

    /** A setting and the value that it has for a tenant. */
    record Setting(SettingName name, Function<Tenant, String> value) {

        private String valueFor(Optional<Tenant> tenant) throws SQLException {
            String text = tenant.map(value).orElse(NO_TENANT);
            try {
                return PostgresText.requireStorable("the value of setting " + name, text);
            } catch (IllegalArgumentException e) {
                throw new SQLException(e.getMessage() + ". No connection was borrowed", "22023", e);
            }
        }
    }

    private final List<Setting> settings;
    private final String role;
    private final List<String> names;
    private final String statement;

    /**
     * @param settings in the order in which they are written
     * @param role the role to assume, or null to stay who the pool logged in as
     */
    SessionSettings(List<Setting> settings, String role) {
        this.settings = List.copyOf(settings);
        this.role = role;
        Stream<String> names = settings.stream().map(setting -> setting.name().value());
        this.names = (role == null ? names : Stream.concat(names, Stream.of("role"))).toList();
        this.statement =
                "select " + String.join(", ", Collections.nCopies(this.names.size(), SET_FOR_SESSION)) + SESSION;
    }

    List<String> names() {
        return names;
    }

    /** The values to {@link #write} for a tenant, or for none; worked out before a connection is borrowed. */
    List<String> valuesFor(Optional<Tenant> tenant) throws SQLException {
        return values(tenant, role);
    }

    /** The values to {@link #write} when a connection goes back. */
    List<String> cleared() throws SQLException {
        return values(Optional.empty(), SESSION_DEFAULT);
    }

    private List<String> values(Optional<Tenant> tenant, String roleValue) throws SQLException {
        List<String> values = new ArrayList<>(names.size());
        for (Setting setting : settings) {
            values.add(setting.valueFor(tenant));
        }
        if (role != null) {
            values.add(roleValue);
        }
        return values;
    }

    /**
     * Writes the settings for the session, outside of any transaction: PostgreSQL takes back what a transaction set when
     * it is rolled back.
     *
     * <p>What is still open is rolled back first, also a transaction that was begun by SQL text while the connection is
     * in autocommit mode: hence the detour through {@code setAutoCommit(false)}, without which JDBC forbids
     * {@code rollback()}. pgjdbc knows the transaction's state and sends nothing for all this unless one is open.
     *
     * @return what the server session is called, or empty if the driver gave no result
     */
    Optional<String> write(Connection connection, List<String> values) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        rollBackOpenTransaction(connection);
        Optional<String> session = execute(connection, values);
        connection.setAutoCommit(autoCommit);
        return session;
    }

    /** Leaves the connection in autocommit mode. */
    static void rollBackOpenTransaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.rollback();
        connection.setAutoCommit(true);
    }

    private Optional<String> execute(Connection connection, List<String> values) throws SQLException {
        try (PreparedStatement setAll = connection.prepareStatement(statement)) {
            for (int i = 0; i < names.size(); i++) {
                setAll.setString(2 * i + 1, names.get(i));
                setAll.setString(2 * i + 2, values.get(i));
            }
            return setAll.execute() ? session(setAll.getResultSet()) : Optional.empty();
        }
    }

    private Optional<String> session(ResultSet result) throws SQLException {
        result.next();
        return Optional.of(result.getString(names.size() + 1));
    }
}
