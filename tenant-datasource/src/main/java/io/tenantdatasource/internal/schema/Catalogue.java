package io.tenantdatasource.internal.schema;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of a schema, and their foreign keys. */
public final class Catalogue {

    private final Map<String, Table> tables;
    private final Map<String, List<ForeignKey>> foreignKeys;

    /**
     * A catalogue.
     *
     * @param tables in the order in which to tell them
     * @param foreignKeys likewise
     */
    public Catalogue(List<Table> tables, List<ForeignKey> foreignKeys) {
        this.tables = tables.stream()
                .collect(Collectors.toMap(
                        Table::name, Function.identity(), (one, other) -> one, LinkedHashMap<String, Table>::new));
        this.foreignKeys = foreignKeys.stream().collect(Collectors.groupingBy(ForeignKey::table));
    }

    /**
     * Finds a table.
     *
     * @param name its name
     * @return the table, if there is one
     */
    public Optional<Table> table(String name) {
        return Optional.ofNullable(tables.get(name));
    }

    /**
     * All of it.
     *
     * @return in order
     */
    public Stream<Table> tables() {
        return tables.values().stream();
    }

    /**
     * The partitions and children of a table.
     *
     * @param root the topmost table
     * @return their names
     */
    public List<String> partsOf(String root) {
        return tables().filter(table -> table.partOf().filter(root::equals).isPresent())
                .map(Table::name)
                .toList();
    }

    /** The same, where a table has no column of that name, and no foreign key of several columns by it. */
    Catalogue without(String table, String column) {
        return new Catalogue(
                tables().map(each -> each.name().equals(table) ? OwnColumn.without(each, column) : each)
                        .toList(),
                foreignKeys()
                        .filter(key -> !key.table().equals(table)
                                || key.columns().size() == 1
                                || !key.columns().contains(column))
                        .toList());
    }

    /** The same with that column, whether it is there already or not. */
    Catalogue with(OwnColumn column) {
        return new Catalogue(
                tables().map(each -> each.name().equals(column.table()) ? column.in(each) : each)
                        .toList(),
                Stream.concat(
                                foreignKeys()
                                        .filter(key -> !key.isSame(column.keptBy())
                                                || !key.table().equals(column.table())),
                                Stream.of(column.keptBy()))
                        .toList());
    }

    private Stream<ForeignKey> foreignKeys() {
        return foreignKeys.values().stream().flatMap(List::stream);
    }

    List<ForeignKey> foreignKeysOf(String table) {
        return foreignKeys.getOrDefault(table, List.of());
    }

    /** Those that name a table's rows, or those of a part of it. */
    Stream<ForeignKey> foreignKeysTo(String root) {
        return foreignKeys()
                .filter(key ->
                        key.parent().map(this::rootOf).filter(root::equals).isPresent());
    }

    /** The table whose policies are asked: a partition has those of the whole. */
    String rootOf(String table) {
        return table(table).flatMap(Table::partOf).orElse(table);
    }

    Table existing(String table) {
        return tables.get(table);
    }
}
