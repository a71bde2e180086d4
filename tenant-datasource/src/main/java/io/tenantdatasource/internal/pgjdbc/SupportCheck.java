package io.tenantdatasource.internal.pgjdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Tries on a connection what {@link CarryingPreparedStatement} relies on. */
final class SupportCheck {

    private static final String VALUE = "tenant-datasource-check";

    private SupportCheck() {}

    static boolean passes(Connection physical, DriverConnection driver, LocalSettings settings) throws SQLException {
        if (!driver.preparedStatementsAreExtended() || driver.describesEveryStatement()) {
            return true; // nothing is carried then, so there is nothing to rely on
        }
        boolean autoCommit = physical.getAutoCommit();
        rollBackOpenTransaction(physical);
        boolean passes = isKnownWithin(physical, settings) && !isKnownAfterwards(physical, settings);
        physical.setAutoCommit(autoCommit);
        return passes;
    }

    /** As a pool may hand one out. */
    private static void rollBackOpenTransaction(Connection physical) throws SQLException {
        physical.setAutoCommit(false);
        physical.rollback();
        physical.setAutoCommit(true);
    }

    private static boolean isKnownWithin(Connection physical, LocalSettings settings) throws SQLException {
        List<String> values = valuesFor(settings);
        try (PreparedStatement statement = physical.prepareStatement(settings.prefix() + current(settings))) {
            LocalSettings.setLocal(statement, values);
            statement.execute();
            return statement.getMoreResults() && holdsValue(statement.getResultSet()) && !statement.getMoreResults();
        }
    }

    private static boolean isKnownAfterwards(Connection physical, LocalSettings settings) throws SQLException {
        try (Statement statement = physical.createStatement();
                ResultSet result = statement.executeQuery(current(settings))) {
            return holdsValue(result);
        }
    }

    /** A role keeps its value, for there may be none of that name. */
    private static List<String> valuesFor(LocalSettings settings) {
        return settings.names().stream()
                .map(name -> name.equals("role") ? "none" : VALUE)
                .toList();
    }

    private static String current(LocalSettings settings) {
        return "select pg_catalog.current_setting('" + settings.names().get(0) + "', true)";
    }

    private static boolean holdsValue(ResultSet result) throws SQLException {
        return result.next() && VALUE.equals(result.getString(1));
    }
}
