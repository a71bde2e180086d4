package io.tenantdatasource.check;

import io.tenantdatasource.internal.Resource;
import io.tenantdatasource.internal.sql.JdbcText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What decides which rows of a table a role may read.
 *
 * @param table its name
 * @param state whether row security binds the role, and what else it is
 * @param role who asks
 * @param permissive the policies that show rows to the role
 * @param restrictive those that take rows away again
 * @param ofOthers the permissive ones that are not for the role
 * @param settings what the policies read
 * @param hasPolicyForAll whether one of them shows every row
 * @param path where names without a schema are looked for
 */
record TableRules(
        String table,
        String state,
        String role,
        List<Policy> permissive,
        List<Policy> restrictive,
        List<Policy> ofOthers,
        List<Setting> settings,
        boolean hasPolicyForAll,
        String path) {

    private static final String QUERY = Resource.text(TableRules.class, "why-no-row.sql");

    /** A policy for reading: its name, the roles that it is for, and what is true of a row that it shows. */
    record Policy(String name, String roles, String expression) {

        /** The expression, for a prepared statement. */
        String condition() {
            return JdbcText.withoutParameters(expression);
        }
    }

    /** A setting and its value; null if nobody has ever set it. */
    record Setting(String name, String value) {

        boolean isEmpty() {
            return value == null || value.isEmpty();
        }
    }

    private record Line(String kind, String name, String state, String detail) {

        Policy policy() {
            return new Policy(name, state, detail);
        }
    }

    static TableRules read(Connection connection, String table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(QUERY)) {
            query.setString(1, table);
            List<Line> lines = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    lines.add(new Line(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
                }
            }
            return of(lines);
        }
    }

    private static TableRules of(List<Line> lines) {
        Line subject = of(lines, "table").get(0);
        return new TableRules(
                subject.name(),
                subject.state(),
                subject.detail(),
                policies(lines, "permissive policy"),
                policies(lines, "restrictive policy"),
                policies(lines, "policy of others"),
                of(lines, "setting").stream()
                        .map(line -> new Setting(line.name(), line.detail()))
                        .toList(),
                !of(lines, "sees all").isEmpty(),
                of(lines, "path").get(0).detail());
    }

    private static List<Line> of(List<Line> lines, String kind) {
        return lines.stream().filter(line -> line.kind().equals(kind)).toList();
    }

    private static List<Policy> policies(List<Line> lines, String kind) {
        return of(lines, kind).stream().map(Line::policy).toList();
    }

    boolean isReadable() {
        return !state.equals("not readable");
    }

    boolean isBound() {
        return state.equals("bound");
    }

    boolean isView() {
        return state.endsWith("view");
    }

    /** Whether a row that is not shown is not there. What a view shows is decided by other tables' policies, too. */
    boolean showsAll() {
        return !isView() && (!isBound() || hasPolicyForAll);
    }

    /** Columns: how many rows all policies together show, and for each policy, of how many what it asks for is true. */
    String counts() {
        return ", count(*) filter (where " + shown() + ")"
                + deciding().stream()
                        .map(policy -> ", count(*) filter (where " + policy.condition() + ")")
                        .collect(Collectors.joining());
    }

    /** What is true of a row that all of them together show. */
    private String shown() {
        String any = permissive.stream()
                .map(policy -> "(" + policy.condition() + ")")
                .collect(Collectors.joining(" or "));
        return restrictive.stream()
                .map(policy -> " and (" + policy.condition() + ")")
                .collect(Collectors.joining("", any.isEmpty() ? "false" : "(" + any + ")", ""));
    }

    List<Policy> deciding() {
        List<Policy> deciding = new ArrayList<>(permissive);
        deciding.addAll(restrictive);
        return deciding;
    }

    /**
     * Tells another connection what names and settings mean here, for the transaction that runs. A setting that was never set is told
     * as the empty text, which policies take for it.
     */
    void tell(Connection connection) throws SQLException {
        tell(connection, "search_path", path);
        for (Setting setting : settings) {
            tell(connection, setting.name(), setting.isEmpty() ? "" : setting.value());
        }
    }

    private static void tell(Connection connection, String setting, String value) throws SQLException {
        try (PreparedStatement tell = connection.prepareStatement("select set_config(?, ?, true)")) {
            tell.setString(1, setting);
            tell.setString(2, value);
            tell.execute();
        }
    }
}
