package io.tenantdatasource.internal.schema;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * From which rows the columns are filled that tables are to be given, by the ways that their rows have without these columns. Whether
 * a column is there already makes no difference, so a plan stays the same once it is applied.
 */
final class OwnColumns {

    private final Catalogue present;
    private final Declaration declaration;
    private final Map<String, Way> ways;
    private final Map<String, String> open;
    private final Map<String, OwnColumn> found = new LinkedHashMap<>();

    private OwnColumns(Catalogue present, Declaration declaration, Ways bare) {
        this.present = present;
        this.declaration = declaration;
        this.ways = bare.found().stream().collect(Collectors.toMap(Way::table, Function.identity()));
        this.open = bare.open();
    }

    static OwnColumns of(Catalogue catalogue, Declaration declaration, Map<String, String> refused) {
        Ways bare = Ways.of(bare(catalogue, declaration), declaration.withoutOwnColumns(), refused);
        OwnColumns columns = new OwnColumns(catalogue, declaration, bare);
        columns.findAll();
        return columns;
    }

    /** In an order in which each comes after the one that it is filled from. */
    Map<String, OwnColumn> found() {
        return found;
    }

    /** The schema as it will be. */
    Catalogue catalogue() {
        return found.values().stream().reduce(present, Catalogue::with, (one, other) -> other);
    }

    /** Why others cannot be given one. */
    SortedMap<String, String> questions() {
        SortedMap<String, String> questions = new TreeMap<>();
        declaration.ownColumns().stream()
                .filter(table -> !found.containsKey(table))
                .forEach(table -> questions.put(table, question(table)));
        return questions;
    }

    private static Catalogue bare(Catalogue present, Declaration declaration) {
        return declaration.ownColumns().stream()
                .reduce(
                        present,
                        (catalogue, table) -> catalogue.without(table, declaration.ownColumn()),
                        (one, other) -> other);
    }

    private void findAll() {
        int before;
        do {
            before = found.size();
            declaration.ownColumns().stream()
                    .sorted()
                    .filter(table -> !found.containsKey(table))
                    .flatMap(table -> find(table).stream())
                    .forEach(column -> found.put(column.table(), column));
        } while (found.size() > before);
    }

    private Optional<OwnColumn> find(String table) {
        return parent(table)
                .flatMap(parent -> columnOf(parent.key().parent().orElseThrow())
                        .map(column -> new OwnColumn(table, declaration.ownColumn(), parent.key(), column)));
    }

    /** The one row that says whose another one is. */
    private Optional<Way.Parent> parent(String table) {
        return Optional.ofNullable(ways.get(table))
                .filter(way -> way.kind() == Way.Kind.PARENTS && way.reach() == Way.Reach.ONE)
                .filter(way ->
                        way.showing().size() == 1 && !declaration.members().contains(table))
                .filter(way -> present.partsOf(table).isEmpty())
                .map(way -> way.showing().get(0))
                .filter(parent -> parent.key().columns().size() == 1)
                .filter(parent -> isWhole(parent.key().parent().orElseThrow()));
    }

    private boolean isWhole(String table) {
        return present.existing(table).partOf().isEmpty()
                && present.partsOf(table).isEmpty();
    }

    private Optional<String> columnOf(String table) {
        return Optional.ofNullable(found.get(table))
                .map(OwnColumn::column)
                .or(() -> Optional.ofNullable(ways.get(table)).flatMap(Way::column));
    }

    private String question(String table) {
        if (present.existing(table).partOf().isPresent()
                || !present.partsOf(table).isEmpty()) {
            return Questions.ownColumnOfParts(table);
        }
        if (declaration.members().contains(table)) {
            return Questions.ownColumnOfMembers(table);
        }
        if (!ways.containsKey(table)) {
            return open.getOrDefault(table, Questions.ownColumnOfNone(table));
        }
        return parent(table)
                .map(parent -> Questions.ownColumnOfParent(table, parent.key()))
                .orElseGet(() -> Questions.ownColumn(ways.get(table)));
    }
}
