package io.tenantdatasource.internal.schema;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 */
public record Declaration(
        Optional<String> tenants,
        Optional<String> column,
        Set<String> global,
        Set<String> shared,
        Set<String> members,
        Map<String, List<String>> answers) {

    /** Copies. */
    public Declaration {
        global = Set.copyOf(global);
        shared = Set.copyOf(shared);
        members = Set.copyOf(members);
        answers = Map.copyOf(answers);
    }

    /**
     * All tables that it names.
     *
     * @return their names
     */
    public Stream<String> named() {
        return Stream.of(
                        tenants.stream(), global.stream(), shared.stream(), members.stream(), answers.keySet().stream())
                .flatMap(names -> names)
                .distinct()
                .sorted();
    }

    List<String> answerFor(String table) {
        return answers.getOrDefault(table, List.of());
    }
}
