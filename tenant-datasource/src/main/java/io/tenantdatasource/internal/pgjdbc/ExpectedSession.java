package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.binding.SessionRole;
import io.tenantdatasource.internal.binding.SessionSettings;
import io.tenantdatasource.internal.binding.SqlLiteral;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a session has to be before a transaction is told the tenant.
 *
 * @param role the role that is assumed, {@code none} if none
 * @param user who it works as, where no role is assumed
 * @param tenantDefaults what the settings of a tenant may hold besides nothing, in their order: a default is nobody's
 *     leftover, and what is set for the transaction covers it
 */
record ExpectedSession(String role, String user, List<String> tenantDefaults) {

    ExpectedSession {
        tenantDefaults = List.copyOf(tenantDefaults);
    }

    /**
     * Asks what a session is after its user has logged in, whatever somebody has made of it since; what is reset for that is
     * rolled back.
     *
     * @param idle a connection without an open transaction
     * @param settings what is written to it
     * @return what was found
     * @throws SQLException if the server could not say
     */
    static ExpectedSession afterLogin(Connection idle, SessionSettings settings) throws SQLException {
        List<String> statements = new ArrayList<>(List.of("begin", "reset session authorization", "reset role"));
        statements.addAll(settings.resetting());
        statements.add(settings.tenantNames().stream()
                .map(name -> ",pg_catalog.concat(pg_catalog.current_setting('" + name + "',true))")
                .collect(Collectors.joining("", "select " + SessionRole.COLUMNS, "")));
        statements.add("rollback");
        try (Statement statement = idle.createStatement()) {
            boolean isResultSet = statement.execute(String.join(";", statements));
            while (!isResultSet && statement.getUpdateCount() != -1) {
                isResultSet = statement.getMoreResults();
            }
            return read(statement.getResultSet(), settings.tenantNames().size());
        }
    }

    private static ExpectedSession read(ResultSet row, int settings) throws SQLException {
        row.next();
        SessionRole worksAs = SessionRole.read(row, 1);
        List<String> defaults = new ArrayList<>();
        for (int i = 0; i < settings; i++) {
            defaults.add(row.getString(3 + i));
        }
        return new ExpectedSession(worksAs.role(), worksAs.user(), defaults);
    }

    /**
     * The condition, as one comparison: each function of an expression is looked up whenever it is run. The parts are told
     * apart by a character that is in none of the expected ones. So an expected text holds it as often as it separates, and
     * what equals one holds it no more often: then all parts are equal, one by one.
     */
    String condition(List<String> tenantNames) {
        char separator = separator();
        String separating = "," + SqlLiteral.of(String.valueOf(separator)) + ",";
        String actual = Stream.concat(
                        Stream.of("current_user", "session_user"),
                        tenantNames.stream().map(name -> "pg_catalog.current_setting('" + name + "',true)"))
                .collect(Collectors.joining(separating, "pg_catalog.concat(", ")"));
        String expected = allowed(separator).stream().map(SqlLiteral::of).collect(Collectors.joining(","));
        return actual + "operator(pg_catalog.=)any(array[" + expected + "])";
    }

    /**
     * Refuses a session that works as somebody else.
     *
     * @param found who it works as
     * @throws SQLException if it does
     */
    void require(SessionRole found) throws SQLException {
        found.require(role, user);
    }

    private String currentUser() {
        return role.equals("none") ? user : role;
    }

    private char separator() {
        char separator = '-';
        while (holds(separator)) {
            separator++;
        }
        return separator;
    }

    private boolean holds(char c) {
        return Stream.concat(Stream.of(currentUser(), user), tenantDefaults.stream())
                .anyMatch(part -> part.indexOf(c) >= 0);
    }

    /** Each setting holds nothing or its default. */
    private List<String> allowed(char separator) {
        List<String> texts = List.of(currentUser() + separator + user);
        for (String value : tenantDefaults) {
            List<String> longer = new ArrayList<>();
            for (String text : texts) {
                longer.add(text + separator);
                if (!value.isEmpty()) {
                    longer.add(text + separator + value);
                }
            }
            texts = longer;
        }
        return texts;
    }
}
