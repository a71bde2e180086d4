package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.binding.SessionRole;
import io.tenantdatasource.internal.binding.SqlLiteral;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statements that tell a transaction the tenant.
 *
 * <p>The first of a transaction looks: the session has to hold no tenant, and to work as who it was at connect. If it does
 * not, the statement fails, and with it the transaction, so that nothing that somebody has left there shows a row. CASE
 * evaluates no branch but the one it takes; that which fails is a function that is not evaluated while planning.
 *
 * <p>It finds no row, whatever it sets: a row would be fetched, and with a fetch size of 1 a cursor would stay open.
 * {@code concat} is never null, and evaluates all of its arguments. Nothing is looked up on the user's search path.
 */
final class LocalSettings {

    private static final int MOST_KNOWN = 1_000;

    private final List<String> names;
    private final String looking;
    private final String setting;
    private final String refusing;
    private final String forSession;
    private final Map<Form, String> telling = new EnumMap<>(Form.class);
    private final Map<Form, Map<String, String>> carrying = new EnumMap<>(Form.class);

    /**
     * Builds the statements.
     *
     * @param tenantNames the settings of a tenant
     * @param assumedRole the role that is set with them, as the last of the values
     * @param expected what the session has to be before it is told
     * @param mark stands in the error if the session is found to work for somebody else, and nowhere else
     */
    LocalSettings(List<String> tenantNames, Optional<String> assumedRole, ExpectedSession expected, String mark) {
        this.names = new ArrayList<>(tenantNames);
        assumedRole.ifPresent(role -> names.add("role"));
        this.looking = expected.condition(tenantNames);
        this.setting = IntStream.range(0, names.size())
                .mapToObj(i -> "pg_catalog.set_config('" + names.get(i) + "',v" + i + ",true)")
                .collect(Collectors.joining(",", "pg_catalog.concat(", ")is null"));
        this.refusing = "pg_catalog.current_setting('" + mark + "')is null";
        this.forSession = names.stream()
                .map(name ->
                        ",pg_catalog.set_config('" + name + "',?,pg_catalog.pg_backend_pid()operator(pg_catalog.<>)?)")
                .collect(Collectors.joining("", "select pg_catalog.pg_backend_pid()", "," + SessionRole.COLUMNS));
        for (Form form : Form.values()) {
            telling.put(form, telling(form, i -> "?"));
            carrying.put(form, new ConcurrentHashMap<>());
        }
    }

    int count() {
        return names.size();
    }

    /** The statement that tells in one of the forms, with a parameter for each value. */
    String telling(Form form) {
        return telling.get(form);
    }

    /** The same with the values in it, for a statement that takes no parameters: none is written so that it can hold a quote. */
    String telling(Form form, List<String> values) {
        return telling(form, i -> SqlLiteral.of(values.get(i)));
    }

    private String telling(Form form, IntFunction<String> valueAt) {
        String values = IntStream.range(0, names.size())
                .mapToObj(i -> valueAt.apply(i) + "::pg_catalog.text")
                .collect(Collectors.joining(","));
        String columns = IntStream.range(0, names.size()).mapToObj(i -> "v" + i).collect(Collectors.joining(","));
        String condition =
                form.looks() ? "case when " + looking + " then " + setting + " else " + refusing + " end" : setting;
        return "select 1 from(select " + values + ")v(" + columns + ")where " + condition;
    }

    /** A statement of the user in one of the forms. It is the same object each time, as drivers look it up by its text. */
    String carrying(Form form, String sql) {
        Map<String, String> known = carrying.get(form);
        String text = known.get(sql);
        if (text == null) {
            if (known.size() >= MOST_KNOWN) {
                known.clear();
            }
            text = form.sql(telling(form), sql);
            known.put(sql, text);
        }
        return text;
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
