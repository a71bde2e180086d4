package io.tenantdatasource.internal.schema;

import java.util.List;
import java.util.Optional;

/**
 * What the catalogue says of one table, or of something that looks like one.
 *
 * @param name its name, unquoted
 * @param kind what it is
 * @param partOf the table that it is a partition or a child of, the topmost one
 * @param isPartition whether it is a partition of that, and not a child
 * @param columns all of them, in order
 * @param required those that are NOT NULL
 * @param generated those that the database computes
 * @param primaryKey its columns, in order; empty if there is none
 * @param leading the first columns of its indexes
 * @param reads of a view, the tables and views of this schema that it reads
 * @param asReader of a view, whether it reads with the rights of whoever runs the query
 */
public record Table(
        String name,
        Kind kind,
        Optional<String> partOf,
        boolean isPartition,
        List<String> columns,
        List<String> required,
        List<String> generated,
        List<String> primaryKey,
        List<String> leading,
        List<String> reads,
        boolean asReader) {

    /** What the catalogue calls relkind. */
    public enum Kind {
        TABLE,
        FOREIGN_TABLE,
        VIEW,
        MATERIALIZED_VIEW;

        /**
         * Reads it.
         *
         * @param relkind one letter
         * @return the kind
         */
        public static Kind of(String relkind) {
            return switch (relkind) {
                case "r", "p" -> TABLE;
                case "f" -> FOREIGN_TABLE;
                case "v" -> VIEW;
                case "m" -> MATERIALIZED_VIEW;
                default -> throw new IllegalArgumentException("relkind " + relkind);
            };
        }
    }

    Table with(List<String> changedColumns, List<String> changedRequired, List<String> changedLeading) {
        return new Table(
                name,
                kind,
                partOf,
                isPartition,
                changedColumns,
                changedRequired,
                generated,
                primaryKey,
                changedLeading,
                reads,
                asReader);
    }

    boolean requires(List<String> some) {
        return required.containsAll(some);
    }
}
