package io.tenantdatasource.internal.schema;

import java.util.List;
import java.util.stream.Stream;

/**
 * A column for the organization that a table is to be given. It is filled from the rows that this table's rows name, and a foreign
 * key keeps it the same as theirs.
 *
 * @param table the table
 * @param column what it is called
 * @param key the foreign key, of one column, by which a row names the one that it is filled from
 * @param parentColumn that one's own column for the organization
 */
public record OwnColumn(String table, String column, ForeignKey key, String parentColumn) {

    /**
     * The table that it is filled from.
     *
     * @return its name
     */
    public String parent() {
        return key.parent().orElseThrow();
    }

    /** The table without it, whether it is there already or not. */
    static Table without(Table table, String column) {
        return table.with(
                table.columns().stream().filter(name -> !name.equals(column)).toList(),
                table.required().stream().filter(name -> !name.equals(column)).toList(),
                table.leading());
    }

    /** The table as it will be. */
    Table in(Table before) {
        return before.with(
                plus(before.columns(), column),
                before.requires(key.columns()) ? plus(before.required(), column) : before.required(),
                plus(before.leading(), column));
    }

    /** What will keep it right. */
    ForeignKey keptBy() {
        return new ForeignKey(
                table,
                key.parent(),
                key.parentName(),
                List.of(key.columns().get(0), column),
                List.of(key.parentColumns().get(0), parentColumn),
                false,
                true,
                key.changesRows(),
                key.emptied().isEmpty()
                        ? List.of()
                        : List.of(column, key.columns().get(0)));
    }

    private static List<String> plus(List<String> some, String one) {
        return Stream.concat(some.stream(), Stream.of(one)).distinct().toList();
    }
}
