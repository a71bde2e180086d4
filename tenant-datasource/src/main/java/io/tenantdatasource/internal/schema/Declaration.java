package io.tenantdatasource.internal.schema;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a person has said of a schema.
 *
 * @param tenants the table whose rows are the organizations, or none
 * @param column the column that holds the organization, or none
 * @param global tables that are everybody's
 * @param shared tables in which rows without an organization are everybody's to read
 * @param members tables that say who belongs to which organizations
 * @param answers which columns of a table name what its rows belong to
 * @param ownColumns tables that are to be given a column for the organization
 * @param ownColumn what that column is called
 */
public record Declaration(
        Optional<String> tenants,
        Optional<String> column,
        Set<String> global,
        Set<String> shared,
        Set<String> members,
        Map<String, List<String>> answers,
        Set<String> ownColumns,
        String ownColumn) {

    /** Copies. */
    public Declaration {
        global = Set.copyOf(global);
        shared = Set.copyOf(shared);
        members = Set.copyOf(members);
        answers = Map.copyOf(answers);
        ownColumns = Set.copyOf(ownColumns);
    }

    /**
     * Nothing but where the organizations are.
     *
     * @param tenants the table whose rows are the organizations, or none
     * @param column the column that holds the organization, or none
     * @return the declaration
     */
    public static Declaration of(Optional<String> tenants, Optional<String> column) {
        return new Declaration(
                tenants, column, Set.of(), Set.of(), Set.of(), Map.of(), Set.of(), column.orElse("organization_id"));
    }

    /**
     * Says of more tables that they are everybody's.
     *
     * @param tables these
     * @return a declaration with them
     */
    public Declaration withGlobal(Collection<String> tables) {
        return new Declaration(tenants, column, plus(global, tables), shared, members, answers, ownColumns, ownColumn);
    }

    /**
     * Says of more tables that some of their rows are everybody's.
     *
     * @param tables these
     * @return a declaration with them
     */
    public Declaration withShared(Collection<String> tables) {
        return new Declaration(tenants, column, global, plus(shared, tables), members, answers, ownColumns, ownColumn);
    }

    /**
     * Says of more tables that they tell of members.
     *
     * @param tables these
     * @return a declaration with them
     */
    public Declaration withMembers(Collection<String> tables) {
        return new Declaration(tenants, column, global, shared, plus(members, tables), answers, ownColumns, ownColumn);
    }

    /**
     * Answers what the rows of a table belong to.
     *
     * @param table the table
     * @param columns its columns that say so
     * @return a declaration with that answer, in place of an earlier one
     */
    public Declaration withAnswer(String table, List<String> columns) {
        Map<String, List<String>> more = new HashMap<>(answers);
        more.put(table, columns);
        return new Declaration(tenants, column, global, shared, members, more, ownColumns, ownColumn);
    }

    /**
     * Says of more tables that they are to be given a column for the organization.
     *
     * @param tables these
     * @return a declaration with them
     */
    public Declaration withOwnColumns(Collection<String> tables) {
        return new Declaration(tenants, column, global, shared, members, answers, plus(ownColumns, tables), ownColumn);
    }

    /**
     * Says what the columns are called that tables are to be given.
     *
     * @param name their name
     * @return a declaration with it
     */
    public Declaration withOwnColumnCalled(String name) {
        return new Declaration(tenants, column, global, shared, members, answers, ownColumns, name);
    }

    Declaration withoutOwnColumns() {
        return new Declaration(tenants, column, global, shared, members, answers, Set.of(), ownColumn);
    }

    private static Set<String> plus(Set<String> some, Collection<String> more) {
        return Stream.concat(some.stream(), more.stream()).collect(Collectors.toSet());
    }

    /**
     * All tables that it names.
     *
     * @return their names
     */
    public Stream<String> named() {
        return Stream.of(
                        tenants.stream(),
                        global.stream(),
                        shared.stream(),
                        members.stream(),
                        answers.keySet().stream(),
                        ownColumns.stream())
                .flatMap(names -> names)
                .distinct()
                .sorted();
    }

    List<String> answerFor(String table) {
        return answers.getOrDefault(table, List.of());
    }
}
