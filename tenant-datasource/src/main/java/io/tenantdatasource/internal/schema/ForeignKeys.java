package io.tenantdatasource.internal.schema;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What foreign keys tell of the tables of a schema, together with what a person has declared. */
final class ForeignKeys {

    private final Catalogue catalogue;
    private final Declaration declaration;
    private final Map<String, OwnColumn> filled;

    ForeignKeys(Catalogue catalogue, Declaration declaration, Map<String, OwnColumn> filled) {
        this.catalogue = catalogue;
        this.declaration = declaration;
        this.filled = filled;
    }

    /** Those that hold an organization, by the declaration. Of a table of members an answer names the member. */
    List<String> ownColumns(Table table) {
        if (filled.containsKey(table.name())) {
            return List.of(filled.get(table.name()).column());
        }
        List<String> answer =
                declaration.members().contains(table.name()) ? List.of() : declaration.answerFor(table.name());
        if (declaration.tenants().filter(table.name()::equals).isPresent()) {
            return table.primaryKey();
        }
        if (answer.isEmpty()) {
            return declaration
                    .column()
                    .map(column -> table.columns().contains(column) ? List.of(column) : List.<String>of())
                    .orElseGet(() -> columnsThatNameTenants(table));
        }
        return holdsOrganizations(table, answer) ? answer : List.of();
    }

    private List<String> columnsThatNameTenants(Table table) {
        return catalogue.foreignKeysOf(table.name()).stream()
                .filter(this::namesTenants)
                .flatMap(key -> key.columns().stream())
                .distinct()
                .toList();
    }

    private boolean namesTenants(ForeignKey key) {
        return declaration
                .tenants()
                .filter(tenants -> key.parent().filter(tenants::equals).isPresent())
                .filter(tenants ->
                        key.parentColumns().equals(catalogue.existing(tenants).primaryKey()))
                .isPresent();
    }

    /** A person may know of a column what no foreign key says. */
    private boolean holdsOrganizations(Table table, List<String> answer) {
        return answer.size() == 1
                && table.columns().containsAll(answer)
                && (declaration.column().filter(answer::contains).isPresent()
                        || catalogue.foreignKeysOf(table.name()).stream()
                                .filter(key -> key.columns().equals(answer))
                                .allMatch(this::namesTenants));
    }

    /** The foreign keys that lead to tables of this schema which are not everybody's. */
    Stream<ForeignKey> named(Table table) {
        return catalogue.foreignKeysOf(table.name()).stream()
                .filter(key -> key.parent().flatMap(catalogue::table).isPresent())
                .filter(key -> !declaration.global().contains(parentRoot(key)));
    }

    String parentRoot(ForeignKey key) {
        return catalogue.rootOf(key.parent().orElseThrow());
    }

    /** The foreign keys of tables of members which name the rows of a table as members. */
    Stream<ForeignKey> membersOf(String table) {
        return declaration.members().stream()
                .sorted()
                .map(this::userOf)
                .flatMap(Optional::stream)
                .filter(key -> parentRoot(key).equals(table));
    }

    /** Which foreign key of a table of members names the member. */
    Optional<ForeignKey> userOf(String members) {
        List<ForeignKey> candidates = candidatesForUserOf(members);
        return candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty();
    }

    List<ForeignKey> candidatesForUserOf(String members) {
        Table table = catalogue.existing(members);
        List<String> answer = declaration.answerFor(members);
        List<String> own = ownColumns(table);
        List<ForeignKey> all = named(table)
                .filter(key -> !key.isOfItself() && !key.columns().equals(own))
                .filter(key ->
                        declaration.tenants().filter(parentRoot(key)::equals).isEmpty())
                .toList();
        List<ForeignKey> answered =
                all.stream().filter(key -> key.columns().equals(answer)).toList();
        if (!answered.isEmpty()) {
            return answered;
        }
        List<ForeignKey> withoutOrganization = all.stream()
                .filter(key -> ownColumns(catalogue.existing(parentRoot(key))).isEmpty())
                .toList();
        List<ForeignKey> candidates = withoutOrganization.isEmpty() ? all : withoutOrganization;
        List<ForeignKey> ofItsKey = candidates.stream()
                .filter(key -> table.primaryKey().containsAll(key.columns())
                        && table.primaryKey().containsAll(own))
                .toList();
        return ofItsKey.size() == 1 ? ofItsKey : candidates;
    }

    /** A partition may have foreign keys that the whole has not: they are looked up for all of it. */
    Stream<ForeignKey> keysOfParts(Table table) {
        return catalogue.partsOf(table.name()).stream()
                .map(catalogue::existing)
                .flatMap(this::named)
                .filter(key -> table.columns().containsAll(key.columns()))
                .filter(key -> named(table).noneMatch(own -> own.isSame(key)))
                .map(key -> new ForeignKey(
                        table.name(),
                        key.parent(),
                        key.parentName(),
                        key.columns(),
                        key.parentColumns(),
                        key.deferrable(),
                        key.enforced(),
                        key.changesRows(),
                        key.emptied()))
                .distinct();
    }
}
