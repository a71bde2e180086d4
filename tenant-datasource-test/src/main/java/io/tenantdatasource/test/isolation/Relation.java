package io.tenantdatasource.test.isolation;

import java.util.List;
import java.util.Optional;

/**
 * A table, a view, or what else rows can be read from.
 *
 * @param oid its id in this database
 * @param kind as in {@code pg_class.relkind}
 * @param parent the id of the partitioned table that it is a partition of, or 0
 * @param readByItsCaller whether it is a view that reads with the rights of whoever reads it, and so shows nothing more, and takes nothing more
 * @param extended whether triggers or rules do more, or something else, than was written
 * @param updatable as of {@code pg_relation_is_updatable}: the commands that a view takes, as bits
 * @param keys the columns that are unique together, the primary key first
 * @param checks of its rows, what a partition takes among them
 */
record Relation(
        long oid,
        String schema,
        String name,
        String kind,
        String owner,
        boolean rowSecurity,
        boolean forced,
        long parent,
        boolean readByItsCaller,
        boolean extended,
        int updatable,
        List<Column> columns,
        List<List<String>> keys,
        List<ForeignKey> foreignKeys,
        List<Check> checks,
        List<Policy> policies) {

    private static final int INSERT_BIT = 1 << 3;
    private static final int UPDATE_BIT = 1 << 2;
    private static final int DELETE_BIT = 1 << 4;

    /** A check of the rows, and the columns that it reads. */
    record Check(List<String> columns, String expression) {}

    boolean isTable() {
        return kind.equals("r") || kind.equals("p");
    }

    boolean isPartitioned() {
        return kind.equals("p");
    }

    boolean isPartition() {
        return parent != 0;
    }

    boolean isView() {
        return kind.equals("v") || kind.equals("m");
    }

    boolean isMaterialized() {
        return kind.equals("m");
    }

    boolean takesInserts() {
        return (updatable & INSERT_BIT) != 0;
    }

    boolean takesUpdates() {
        return (updatable & UPDATE_BIT) != 0;
    }

    boolean takesDeletes() {
        return (updatable & DELETE_BIT) != 0;
    }

    Optional<Column> column(String columnName) {
        return columns.stream().filter(c -> c.name().equals(columnName)).findFirst();
    }

    boolean isUnique(String columnName) {
        return keys.stream().anyMatch(key -> key.contains(columnName));
    }

    boolean isReference(String columnName) {
        return foreignKeys.stream().anyMatch(key -> key.columns().contains(columnName));
    }

    /** For SQL. */
    String sql() {
        return Sql.identifier(schema) + "." + Sql.identifier(name);
    }

    /** For people. */
    String label() {
        return schema.equals("public") ? name : schema + "." + name;
    }
}
