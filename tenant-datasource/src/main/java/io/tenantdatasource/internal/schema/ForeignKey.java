package io.tenantdatasource.internal.schema;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A foreign key, by its columns: those that name the same twice are one.
 *
 * @param table the table that has it
 * @param parent the table that it refers to; none, if that is of another schema
 * @param parentName how to call that one in any case
 * @param columns the table's columns
 * @param parentColumns the parent's, in the same order
 * @param deferrable whether it may be checked as late as at the end of the transaction
 * @param enforced whether the database refuses a row that names none; it may be told not to (NOT ENFORCED)
 * @param changesRows whether the end of a parent's row ends, or changes, those that name it
 * @param emptied the columns that a change of the parent may make NULL
 */
public record ForeignKey(
        String table,
        Optional<String> parent,
        String parentName,
        List<String> columns,
        List<String> parentColumns,
        boolean deferrable,
        boolean enforced,
        boolean changesRows,
        List<String> emptied) {

    boolean isSame(ForeignKey other) {
        return parent.equals(other.parent)
                && columns.equals(other.columns)
                && parentColumns.equals(other.parentColumns);
    }

    /** Whether it names the same row, and with it one more column of that. */
    boolean covers(ForeignKey other) {
        return parent.equals(other.parent)
                && columns.size() == other.columns.size() + 1
                && IntStream.range(0, other.columns.size())
                        .allMatch(i -> names(other.columns.get(i), other.parentColumns.get(i)));
    }

    /** Whether one of its columns names a certain one of the parent. */
    boolean names(String column, String parentColumn) {
        int place = columns.indexOf(column);
        return place >= 0 && parentColumns.get(place).equals(parentColumn);
    }

    boolean isOfItself() {
        return parent.filter(table::equals).isPresent();
    }

    /** As people write it. */
    String described() {
        return "(" + String.join(", ", columns) + ") to " + parentName;
    }
}
