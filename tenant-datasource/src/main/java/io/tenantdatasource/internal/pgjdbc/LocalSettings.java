package io.tenantdatasource.internal.pgjdbc;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statement that tells the server the tenant, and the values that it tells.
 *
 * <p>It finds no row, whatever it sets: a row would be fetched, and with a fetch size of 1 a cursor would stay open.
 * {@code concat} is never null, and evaluates all of its arguments.
 */
public final class LocalSettings {

    private static final Pattern HOLDS_NO_QUOTE = Pattern.compile("[0-9A-Za-z_-]*");

    private final List<String> names;
    private final String local;
    private final String forSession;

    /**
     * Builds the statements.
     *
     * @param names the names of the settings, which are identifiers joined by dots, or {@code role}
     */
    public LocalSettings(List<String> names) {
        this.names = List.copyOf(names);
        this.local = localWith(i -> "?");
        this.forSession = this.names.stream()
                .map(name -> ", pg_catalog.set_config('" + name
                        + "', ?, pg_catalog.pg_backend_pid() operator(pg_catalog.<>) ?)")
                .collect(Collectors.joining("", "select pg_catalog.pg_backend_pid()", ""));
    }

    private String localWith(UnaryOperator<String> valueAt) {
        return IntStream.range(0, names.size())
                .mapToObj(i ->
                        "pg_catalog.set_config('" + names.get(i) + "'," + valueAt.apply(String.valueOf(i)) + ",true)")
                .collect(Collectors.joining(",", "select 1 where pg_catalog.concat(", ")is null"));
    }

    int count() {
        return names.size();
    }

    List<String> names() {
        return names;
    }

    /** With a parameter for each value. */
    String local() {
        return local;
    }

    /** What stands before a statement that has parameters; no space, or the positions of errors would be off. */
    String prefix() {
        return local + ";";
    }

    /** With the values in it, for a statement that takes no parameters: none is written in a form that can hold a quote. */
    String prefixWith(List<String> values) {
        return localWith(i -> literal(values.get(Integer.parseInt(i)))) + ";";
    }

    private static String literal(String value) {
        if (HOLDS_NO_QUOTE.matcher(value).matches()) {
            return "'" + value + "'";
        }
        return "pg_catalog.convert_from(pg_catalog.decode('"
                + HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8)) + "','hex'),'UTF8')";
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
