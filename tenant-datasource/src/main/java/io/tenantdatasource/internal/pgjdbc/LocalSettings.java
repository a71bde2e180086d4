package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.binding.AtConnect;
import io.tenantdatasource.internal.binding.SessionRole;
import io.tenantdatasource.internal.binding.SqlLiteral;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statement that tells a transaction the tenant.
 *
 * <p>It looks first: the session has to hold no tenant, or this one's, and to work as who it was at connect. If it does not,
 * the statement fails, and with it the transaction, so that nothing that somebody has left there shows a row. CASE
 * evaluates no branch but the one it takes; that which fails is a function that is not evaluated while planning.
 *
 * <p>It finds no row, whatever it sets: a row would be fetched, and with a fetch size of 1 a cursor would stay open.
 * {@code concat} is never null, and evaluates all of its arguments. Nothing is looked up on the user's search path.
 */
final class LocalSettings {

    private static final String EQUALS_ANY = "operator(pg_catalog.=)any(array[";

    private final List<String> names;
    private final String looking;
    private final String setting;
    private final String refusing;
    private final String forSession;

    /**
     * Builds the statements.
     *
     * @param tenantNames the settings of a tenant
     * @param assumedRole the role that is set with them, as the last of the values
     * @param atConnect what the session was at connect
     * @param mark stands in the error if the session is found to work for somebody else, and nowhere else
     */
    LocalSettings(List<String> tenantNames, Optional<String> assumedRole, AtConnect atConnect, String mark) {
        this.names = new ArrayList<>(tenantNames);
        assumedRole.ifPresent(role -> names.add("role"));
        this.looking = IntStream.range(0, tenantNames.size())
                .mapToObj(i -> "pg_catalog.concat(pg_catalog.current_setting('" + tenantNames.get(i) + "',true))"
                        + EQUALS_ANY + "'',v" + i + defaultOf(atConnect, i) + "])and ")
                .collect(Collectors.joining(
                        "",
                        "",
                        "pg_catalog.current_setting('role')" + EQUALS_ANY
                                + SqlLiteral.of(atConnect.inventory().role())
                                + assumedRole
                                        .map(role -> "," + SqlLiteral.of(role))
                                        .orElse("")
                                + "])and session_user::pg_catalog.text operator(pg_catalog.=)"
                                + SqlLiteral.of(atConnect.inventory().user())));
        this.setting = IntStream.range(0, names.size())
                .mapToObj(i -> "pg_catalog.set_config('" + names.get(i) + "',v" + i + ",true)")
                .collect(Collectors.joining(",", "pg_catalog.concat(", ")is null"));
        this.refusing = "pg_catalog.current_setting('" + mark + "')is null";
        this.forSession = names.stream()
                .map(name ->
                        ",pg_catalog.set_config('" + name + "',?,pg_catalog.pg_backend_pid()operator(pg_catalog.<>)?)")
                .collect(Collectors.joining("", "select pg_catalog.pg_backend_pid()", "," + SessionRole.COLUMNS));
    }

    /** A default is nobody's leftover; what is set for the transaction covers it. */
    private static String defaultOf(AtConnect atConnect, int i) {
        String value = atConnect.tenantDefaults().get(i);
        return value.isEmpty() ? "" : "," + SqlLiteral.of(value);
    }

    int count() {
        return names.size();
    }

    /** With a parameter for each value. */
    String local() {
        return localWith(i -> "?");
    }

    /** The same without a look, for a session that a statement of this checkout may have changed: it is told anew. */
    String overriding() {
        return names.stream()
                .map(name -> "pg_catalog.set_config('" + name + "',?,true)")
                .collect(Collectors.joining(",", "select 1 where pg_catalog.concat(", ")is null"));
    }

    /** With the values in it, for a statement that takes no parameters: none is written in a form that can hold a quote. */
    String localWith(List<String> values) {
        return localWith(i -> SqlLiteral.of(values.get(i)));
    }

    private String localWith(IntFunction<String> valueAt) {
        String values = IntStream.range(0, names.size())
                .mapToObj(i -> valueAt.apply(i) + "::pg_catalog.text")
                .collect(Collectors.joining(","));
        String columns = IntStream.range(0, names.size()).mapToObj(i -> "v" + i).collect(Collectors.joining(","));
        return "select 1 from(select " + values + ")v(" + columns + ")where case when " + looking + " then " + setting
                + " else " + refusing + " end";
    }

    /**
     * Sets for the session only if the server process is the one that the driver was told of when it logged in: behind a
     * pooler it is another, and the session somebody else's as soon as the transaction has ended.
     */
    String forSession() {
        return forSession;
    }

    static void setLocal(PreparedStatement statement, List<String> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            statement.setString(i + 1, values.get(i));
        }
    }

    static void setForSession(PreparedStatement statement, List<String> values, int process) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            statement.setString(2 * i + 1, values.get(i));
            statement.setInt(2 * i + 2, process);
        }
    }
}
