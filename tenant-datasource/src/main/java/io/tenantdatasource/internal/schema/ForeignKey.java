package io.tenantdatasource.internal.schema;

import java.util.List;
import java.util.Optional;

/**
 * A foreign key, by its columns: those that name the same twice are one.
 *
 * @param table the table that has it
 * @param parent the table that it refers to; none, if that is of another schema
 * @param parentName how to call that one in any case
 * @param columns the table's columns
 * @param parentColumns the parent's, in the same order
 * @param deferrable whether it may be checked as late as at the end of the transaction
 */
public record ForeignKey(
        String table,
        Optional<String> parent,
        String parentName,
        List<String> columns,
        List<String> parentColumns,
        boolean deferrable) {

    boolean isOfItself() {
        return parent.filter(table::equals).isPresent();
    }

    /** As people write it. */
    String described() {
        return "(" + String.join(", ", columns) + ") to " + parentName;
    }
}
