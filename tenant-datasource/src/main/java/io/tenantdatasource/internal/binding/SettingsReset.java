package io.tenantdatasource.internal.binding;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings back the settings of a session, one by one, and what else SQL text leaves: advisory locks, and what it has prepared.
 * What the driver has prepared stays, and so does what was set at connect.
 */
final class SettingsReset {

    /**
     * Those that a session can change. Not who it works as, which is brought back before; and not what belongs to a
     * transaction. Settings that no module has defined are not shown, and stay.
     */
    private static final String SETTINGS =
            Inventory.OUR_OWN + "select name, setting, source operator(pg_catalog.=) 'session'"
                    + " from pg_catalog.pg_settings"
                    + " where context operator(pg_catalog.=) any (array['user', 'superuser'])"
                    + " and name operator(pg_catalog.<>) all (array['role', 'session_authorization', 'transaction_isolation',"
                    + " 'transaction_read_only', 'transaction_deferrable'])";

    private static final String TIMEOUT = "statement_timeout";

    private static final String UNLOCK = Inventory.OUR_OWN + "select pg_catalog.pg_advisory_unlock_all()";

    private static final String PREPARED =
            Inventory.OUR_OWN + "select name from pg_catalog.pg_prepared_statements where from_sql";

    private final Connection physical;
    private final Map<String, SessionSetting> atConnect;

    SettingsReset(Connection physical, Map<String, SessionSetting> atConnect) {
        this.physical = physical;
        this.atConnect = atConnect;
    }

    void run() throws SQLException {
        List<String> statements = differences(settingsOf(physical));
        statements.addAll(deallocations());
        statements.add(timeout());
        statements.add(UNLOCK);
        execute(String.join(";", statements));
        List<String> left = differences(settingsOf(physical));
        if (!left.isEmpty()) {
            throw new SQLException(left.size() + " settings of the session could not be brought back", "55006");
        }
    }

    static Map<String, SessionSetting> settingsOf(Connection connection) throws SQLException {
        Map<String, SessionSetting> settings = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(SETTINGS)) {
            while (result.next()) {
                settings.put(result.getString(1), new SessionSetting(result.getString(2), result.getBoolean(3)));
            }
        }
        return settings;
    }

    /** A value that comes of the server's configuration is the server's to change. */
    private List<String> differences(Map<String, SessionSetting> now) {
        List<String> statements = new ArrayList<>();
        now.forEach((name, setting) -> {
            SessionSetting before = atConnect.getOrDefault(name, new SessionSetting("", false));
            boolean isOfSession = setting.ofSession() || before.ofSession();
            if (isOfSession && !setting.value().equals(before.value())) {
                statements.add(
                        before.ofSession()
                                ? set(name, before.value())
                                : Inventory.OUR_OWN + "reset " + SqlName.ofSetting(name));
            }
        });
        return statements;
    }

    /** Which was lifted for the reset. */
    private String timeout() {
        SessionSetting before = atConnect.getOrDefault(TIMEOUT, new SessionSetting("0", false));
        return before.ofSession() ? set(TIMEOUT, before.value()) : Inventory.OUR_OWN + "reset " + TIMEOUT;
    }

    private List<String> deallocations() throws SQLException {
        List<String> statements = new ArrayList<>();
        try (Statement statement = physical.createStatement();
                ResultSet result = statement.executeQuery(PREPARED)) {
            while (result.next()) {
                statements.add(Inventory.OUR_OWN + "deallocate " + SqlName.of(result.getString(1)));
            }
        }
        return statements;
    }

    private void execute(String statements) throws SQLException {
        try (Statement statement = physical.createStatement()) {
            statement.execute(statements);
        }
    }

    private static String set(String name, String value) {
        return Inventory.OUR_OWN + "select pg_catalog.set_config(" + SqlLiteral.of(name) + "," + SqlLiteral.of(value)
                + ",false)";
    }
}
