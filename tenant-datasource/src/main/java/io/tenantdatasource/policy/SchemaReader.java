package io.tenantdatasource.policy;

import io.tenantdatasource.internal.schema.Catalogue;
import io.tenantdatasource.internal.schema.ForeignKey;
import io.tenantdatasource.internal.schema.Table;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a schema's catalogue, and what the policies would be, in transactions that can change nothing. */
final class SchemaReader {

    private static final SqlScript TABLES = SqlScript.load("schema/read-tables.sql");
    private static final SqlScript FOREIGN_KEYS = SqlScript.load("schema/read-foreign-keys.sql");
    private static final SqlScript LOOK = SqlScript.load("schema/look.sql");

    private final Connection connection;

    SchemaReader(Connection connection) {
        this.connection = connection;
    }

    /**
     * What the server says of a table that is to be protected.
     *
     * @param name the table
     * @param readable which rows are to be seen; null if it is refused
     * @param changeable which rows are to be changed
     * @param writable what a changed row has to be
     * @param differences what is not as it is to be
     * @param refusal why it cannot be protected; null if it can
     * @param advice what to do about that; may be null
     */
    record Look(
            String name,
            String readable,
            String changeable,
            String writable,
            List<String> differences,
            String refusal,
            String advice) {

        Optional<String> question() {
            return Optional.ofNullable(refusal).map(why -> advice == null ? why : why + ". " + advice);
        }
    }

    Catalogue catalogue(Map<String, String> variables) throws SQLException {
        List<Table> tables = query(
                TABLES.render(variables),
                row -> new Table(
                        row.getString("name"),
                        Table.Kind.of(row.getString("kind")),
                        Optional.ofNullable(row.getString("part_of")),
                        row.getBoolean("is_partition"),
                        texts(row, "columns"),
                        texts(row, "required"),
                        texts(row, "generated"),
                        texts(row, "primary_key"),
                        texts(row, "leading"),
                        texts(row, "reads"),
                        row.getBoolean("as_reader")));
        List<ForeignKey> foreignKeys = query(
                FOREIGN_KEYS.render(variables),
                row -> new ForeignKey(
                        row.getString("name"),
                        Optional.ofNullable(row.getString("parent")),
                        row.getString("parent_name"),
                        texts(row, "columns"),
                        texts(row, "parent_columns"),
                        row.getBoolean("is_deferrable"),
                        row.getBoolean("is_enforced"),
                        row.getBoolean("changes_rows"),
                        texts(row, "emptied")));
        return new Catalogue(tables, foreignKeys);
    }

    List<Look> looks(Map<String, String> variables) throws SQLException {
        return query(
                LOOK.render(variables),
                row -> new Look(
                        row.getString("name"),
                        row.getString("readable"),
                        row.getString("changeable"),
                        row.getString("writable"),
                        texts(row, "differences"),
                        row.getString("refusal"),
                        row.getString("advice")));
    }

    private interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    /** Whatever the statements before the last one answer is no answer. */
    private <T> List<T> query(String sql, RowMapper<T> mapper) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            boolean isResult = statement.execute(sql);
            List<T> rows = List.of();
            while (isResult || statement.getUpdateCount() != -1) {
                rows = isResult ? rows(statement, mapper) : List.of();
                isResult = statement.getMoreResults();
            }
            return rows;
        }
    }

    /** Only the last result has the columns that are asked for, so those before it are not read. */
    private static <T> List<T> rows(Statement statement, RowMapper<T> mapper) throws SQLException {
        try (ResultSet result = statement.getResultSet()) {
            List<T> rows = new ArrayList<>();
            if (!result.getMetaData().getColumnName(1).equals("name")) {
                return rows;
            }
            while (result.next()) {
                rows.add(mapper.map(result));
            }
            return rows;
        }
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return List.of((String[]) array.getArray());
    }
}
