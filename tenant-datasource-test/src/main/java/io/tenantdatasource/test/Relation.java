package io.tenantdatasource.test;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A table, a sequence or a materialized view. */
record Relation(long oid, Kind kind, String name, boolean populated, String columns, Set<Long> referenced) {

    private static final String ALL = SqlResource.read("relations.sql");
    private static final String FINGERPRINT = SqlResource.read("relations-fingerprint.sql");

    /** As {@code pg_class.relkind} has them. */
    enum Kind {
        TABLE,
        SEQUENCE,
        MATERIALIZED_VIEW;

        private static Kind of(String relkind) {
            return switch (relkind) {
                case "r" -> TABLE;
                case "S" -> SEQUENCE;
                case "m" -> MATERIALIZED_VIEW;
                default -> throw new IllegalArgumentException("relkind " + relkind);
            };
        }
    }

    static List<Relation> all(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(ALL)) {
            List<Relation> relations = new ArrayList<>();
            while (result.next()) {
                relations.add(new Relation(
                        result.getLong("oid"),
                        Kind.of(result.getString("kind")),
                        result.getString("name"),
                        result.getBoolean("populated"),
                        result.getString("columns"),
                        Set.of((Long[]) result.getArray("referenced").getArray())));
            }
            return relations;
        }
    }

    /** Equal as long as {@link #all(Connection)} finds the same. */
    static String fingerprint(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(FINGERPRINT)) {
            result.next();
            return String.valueOf(result.getString(1));
        }
    }

    boolean isTable() {
        return kind == Kind.TABLE;
    }

    /** An expression that is equal as long as what is in this one is. */
    String contents() {
        if (kind == Kind.SEQUENCE) {
            return "(select last_value || ', ' || is_called from " + name + ")";
        }
        return "(select count(*) || ' ' || coalesce(sum(hashtextextended(\"any row\"::text, 0)), 0) from only " + name
                + " as \"any row\")";
    }

    /** A quicker expression for the same, where there are no rows: stops at the first one. */
    String contentsOfEmpty() {
        return "(select case when exists (select from only " + name + ") then 'rows' else '" + NO_ROWS + "' end)";
    }

    /** What {@link #contents()} is where there are no rows. */
    static final String NO_ROWS = "0 0";

    /** For {@code COPY}; a table without columns has rows all the same. */
    String columnList() {
        return columns.isEmpty() ? "" : " (" + columns + ")";
    }
}
