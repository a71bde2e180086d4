package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.Tenants;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Makes a row of each table for each tenant, out of what the catalogue says: types, references, checks, enums, keys, partitions.
 * Writes without triggers and foreign keys, so that the order does not matter; what it writes is consistent all the same.
 */
final class RowGenerator {

    private static final int MOST_OTHER_TENANTS = 500;

    /** By a unique index, or an exclusion constraint. */
    private static final Set<String> KEY_IS_THERE = Set.of("23505", "23P01");

    private final Session session;
    private final Catalogue catalogue;
    private final Ownership ownership;
    private final Map<String, String> fixedValues;
    private final Candidates candidates;
    private final ValueSearch search;
    private final Variants variants;

    private final Map<Place, GeneratedRow> rows = new LinkedHashMap<>();
    private final Map<Place, NoSuchRow> failures = new HashMap<>();
    private final Map<Place, Map<String, String>> reservedKeys = new HashMap<>();
    private final Set<Place> inProgress = new HashSet<>();
    private final List<GeneratedRow> copies = new ArrayList<>();
    private int number;

    /**
     * Creates one.
     *
     * @param fixedValues by {@code table.column}, what people know better
     */
    RowGenerator(Session session, Catalogue catalogue, Ownership ownership, Map<String, String> fixedValues) {
        this.session = session;
        this.catalogue = catalogue;
        this.ownership = ownership;
        this.fixedValues = fixedValues;
        this.candidates = new Candidates(session);
        this.search = new ValueSearch(session);
        this.variants = new Variants(candidates, ownership, catalogue.expressions());
    }

    /** A row of a relation, and whose it is; null for nobody's. */
    private record Place(long relation, Tenant tenant) {}

    Rows generate(List<Tenant> tenants) throws SQLException {
        for (Relation table : catalogue.tables()) {
            if (ownership.isKnown(table) && !table.isPartitioned()) {
                for (Tenant tenant : tenants) {
                    tryToMake(table, tenant);
                }
                if (table.isPartition() && tenants.stream().noneMatch(tenant -> isMade(table, tenant))) {
                    makeForAnotherTenant(table);
                }
            }
        }
        for (GeneratedRow row : List.copyOf(rows.values())) {
            if (row.tenant() != null) {
                copy(row);
            }
        }
        List<GeneratedRow> all = new ArrayList<>(rows.values());
        all.addAll(copies);
        return new Rows(session, catalogue, ownership, all, reasons());
    }

    /** With other values; a copy for one column is in vain where the one for all is there and holds the value. */
    private void copy(GeneratedRow row) throws SQLException {
        Map<String, String> all = new HashMap<>();
        for (Map<String, String> others : variants.of(row, ++number)) {
            if (!all.entrySet().containsAll(others.entrySet())
                    && (copy(row, others, newKeys(row.relation())) || copy(row, others, newTexts(row.relation())))) {
                all.putAll(others);
            }
        }
    }

    private boolean copy(GeneratedRow row, Map<String, String> others, Map<String, String> keys) throws SQLException {
        try {
            Map<String, String> values = Variants.copy(row, others, keys);
            Optional<GeneratedRow> copy = insert(row.relation(), row.tenant(), values);
            copy.ifPresent(copies::add);
            return copy.isPresent();
        } catch (SQLException e) {
            return false; // not every row can be had twice, nor take every value
        }
    }

    private Map<String, String> newKeys(Relation table) throws SQLException {
        return newValues(table, column -> table.isUnique(column.name()) && !column.hasDefault());
    }

    /** Unique indexes of expressions, and of some rows, do not say which columns have to differ. */
    private Map<String, String> newTexts(Relation table) throws SQLException {
        return newValues(
                table,
                column -> !column.hasDefault()
                        && (table.isUnique(column.name()) || column.category().equals("S")));
    }

    private Map<String, String> newValues(Relation table, Predicate<Column> which) throws SQLException {
        Map<String, String> values = new HashMap<>();
        for (Column column : table.columns()) {
            if (which.test(column)
                    && !table.isReference(column.name())
                    && !column.generated()
                    && !ownership.columns(table).contains(column.name())) {
                candidates.of(column, ++number, checksOf(table, column)).stream()
                        .findFirst()
                        .ifPresent(value -> values.put(column.name(), value));
            }
        }
        return values;
    }

    private boolean isMade(Relation table, Tenant tenant) {
        return rows.containsKey(new Place(table.oid(), tenant));
    }

    /** Where the organization decides on the partition, none of the given ones need be in this one. */
    private void makeForAnotherTenant(Relation leaf) throws SQLException {
        String organization = ownership.column(leaf).orElse(null);
        Relation.Check onlyOfIt = leaf.checks().stream()
                .filter(check -> check.columns().equals(List.of(String.valueOf(organization))))
                .findFirst()
                .orElse(null);
        for (int i = 0; i < MOST_OTHER_TENANTS && onlyOfIt != null; i++) {
            for (Tenant tenant : List.of(Tenants.named("other " + i), Tenants.named(String.valueOf(2_000_000 + i)))) {
                Column column = leaf.column(organization).orElseThrow();
                if (passes(onlyOfIt, column, tenant)) {
                    tryToMake(leaf, tenant);
                    return;
                }
            }
        }
    }

    private boolean passes(Relation.Check check, Column column, Tenant tenant) throws SQLException {
        return "t"
                .equals(session.value(
                        "select pg_temp.is_value(?, ?) and pg_temp.passes(?, format('%L::%s as %I', ?, ?, ?))",
                        tenant.organizationId(),
                        column.type(),
                        check.expression(),
                        tenant.organizationId(),
                        column.type(),
                        column.name()));
    }

    private Map<Long, String> reasons() {
        return failures.entrySet().stream()
                .collect(Collectors.toMap(
                        failure -> failure.getKey().relation(),
                        failure -> failure.getValue().getMessage(),
                        (one, other) -> one));
    }

    private void tryToMake(Relation table, Tenant tenant) throws SQLException {
        try {
            row(table, tenant);
        } catch (NoSuchRow e) {
            failures.put(new Place(table.oid(), tenant), e);
        }
    }

    private GeneratedRow row(Relation table, Tenant tenant) throws SQLException, NoSuchRow {
        NoSuchRow noRowInAnyLeaf = null;
        for (Relation leaf : catalogue.leavesOf(table)) {
            try {
                return rowOfLeaf(leaf, tenant);
            } catch (NoSuchRow e) {
                noRowInAnyLeaf = e;
            }
        }
        throw noRowInAnyLeaf == null ? new NoSuchRow(table.label() + " has no partition") : noRowInAnyLeaf;
    }

    private GeneratedRow rowOfLeaf(Relation table, Tenant tenant) throws SQLException, NoSuchRow {
        Place place = new Place(table.oid(), tenant);
        if (rows.containsKey(place)) {
            return rows.get(place);
        }
        if (failures.containsKey(place)) {
            throw failures.get(place);
        }
        inProgress.add(place);
        try {
            GeneratedRow row = write(table, tenant, values(table, tenant));
            rows.put(place, row);
            return row;
        } catch (SQLException e) {
            throw new NoSuchRow("the server refused the row for " + table.label() + ": " + firstLine(e));
        } finally {
            inProgress.remove(place);
        }
    }

    private static String firstLine(SQLException e) {
        return e.getMessage().lines().findFirst().orElse(e.getSQLState());
    }

    private Map<String, String> values(Relation table, Tenant tenant) throws SQLException, NoSuchRow {
        number++;
        Map<String, String> given = new LinkedHashMap<>(key(table, tenant));
        if (tenant != null) {
            ownership.column(table).ifPresent(column -> given.put(column, tenant.organizationId()));
        }
        for (ForeignKey reference : table.foreignKeys()) {
            given.putAll(referenceTo(table, reference, tenant));
        }
        Map<String, List<String>> choices = new LinkedHashMap<>();
        for (Column column : table.columns()) {
            choices(table, column, given).ifPresent(list -> choices.put(column.name(), list));
        }
        requireChoices(table, choices);
        return search.find(table, choices);
    }

    private Optional<List<String>> choices(Relation table, Column column, Map<String, String> given)
            throws SQLException {
        String fixed = fixedValues.get(table.label() + "." + column.name());
        if (column.generated()) {
            return Optional.empty();
        }
        if (fixed != null || given.get(column.name()) != null) {
            return Optional.of(List.of(fixed != null ? fixed : given.get(column.name())));
        }
        boolean needed = column.required() && !column.hasDefault();
        List<String> checks = checksOf(table, column);
        if (!needed && checks.isEmpty()) {
            return Optional.empty();
        }
        List<String> choices = new ArrayList<>(candidates.of(column, number, checks));
        if (!column.required() && !column.hasDefault()) {
            choices.add(0, null);
        }
        return Optional.of(choices);
    }

    private static List<String> checksOf(Relation table, Column column) {
        return table.checks().stream()
                .filter(check -> check.columns().contains(column.name()))
                .map(Relation.Check::expression)
                .toList();
    }

    private static void requireChoices(Relation table, Map<String, List<String>> choices) throws NoSuchRow {
        for (Map.Entry<String, List<String>> choice : choices.entrySet()) {
            if (choice.getValue().isEmpty()) {
                Column column = table.column(choice.getKey()).orElseThrow();
                throw new NoSuchRow("no value of the type " + column.type() + " is known for " + table.label() + "."
                        + column.name());
            }
        }
    }

    /** Chosen before the rest of the row, for rows that refer to each other in a circle. */
    private Map<String, String> key(Relation table, Tenant tenant) throws SQLException, NoSuchRow {
        Place place = new Place(table.oid(), tenant);
        if (!reservedKeys.containsKey(place)) {
            Map<String, String> key = new LinkedHashMap<>();
            if (!table.keys().isEmpty()) {
                for (String name : table.keys().get(0)) {
                    Column column = table.column(name).orElseThrow();
                    if (!table.isReference(name)
                            && !column.generated()
                            && checksOf(table, column).isEmpty()) {
                        List<String> values = candidates.of(column, ++number, List.of());
                        requireChoices(table, Map.of(name, values));
                        key.put(name, values.get(0));
                    }
                }
            }
            if (tenant != null) {
                ownership.column(table).ifPresent(column -> key.put(column, tenant.organizationId()));
            }
            reservedKeys.put(place, key);
        }
        return reservedKeys.get(place);
    }

    private Map<String, String> referenceTo(Relation table, ForeignKey reference, Tenant tenant)
            throws SQLException, NoSuchRow {
        Relation parent = catalogue.relation(reference.referenced()).orElseThrow();
        boolean optional = reference.columns().stream()
                .anyMatch(c -> !table.column(c).orElseThrow().required());
        boolean owned = ownership.isKnown(parent);
        boolean toItself =
                parent.oid() == table.oid() || catalogue.ancestorsOf(table).contains(parent);
        if (optional && (!owned || toItself)) {
            return Map.of();
        }
        try {
            Map<String, String> values = owned ? valuesOfOwned(parent, tenant) : valuesOfAnybodys(parent);
            return paired(reference, values);
        } catch (NoSuchRow e) {
            if (optional) {
                return Map.of();
            }
            throw e;
        }
    }

    private Map<String, String> valuesOfOwned(Relation parent, Tenant tenant) throws SQLException, NoSuchRow {
        return inProgress.contains(new Place(parent.oid(), tenant))
                ? key(parent, tenant)
                : row(parent, tenant).values();
    }

    private Map<String, String> valuesOfAnybodys(Relation parent) throws SQLException, NoSuchRow {
        for (Relation leaf : catalogue.leavesOf(parent)) {
            List<GeneratedRow> existing = read(leaf, null, "true");
            if (!existing.isEmpty()) {
                return existing.get(0).values();
            }
        }
        return row(parent, null).values();
    }

    private static Map<String, String> paired(ForeignKey reference, Map<String, String> parent) throws NoSuchRow {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < reference.columns().size(); i++) {
            String value = parent.get(reference.referencedColumns().get(i));
            if (value == null) {
                throw new NoSuchRow(
                        "the row that " + String.join(", ", reference.columns()) + " has to refer to has no "
                                + reference.referencedColumns().get(i) + " yet");
            }
            values.put(reference.columns().get(i), value);
        }
        return values;
    }

    /** Where the organization has such a row already, that one is taken. */
    private GeneratedRow write(Relation table, Tenant tenant, Map<String, String> values)
            throws SQLException, NoSuchRow {
        Optional<GeneratedRow> inserted = insert(table, tenant, values);
        if (inserted.isPresent()) {
            return inserted.get();
        }
        return read(table, tenant, tenant == null ? "true" : ownership.predicate(table, "t", tenant)).stream()
                .findFirst()
                .orElseThrow(() -> new NoSuchRow("another tenant's row of " + table.label() + " has the key already"));
    }

    private Optional<GeneratedRow> insert(Relation table, Tenant tenant, Map<String, String> values)
            throws SQLException {
        List<String> columns = List.copyOf(values.keySet());
        String literals = columns.stream()
                .map(c ->
                        Sql.literal(values.get(c), table.column(c).orElseThrow().type()))
                .collect(Collectors.joining(", "));
        String insert = columns.isEmpty()
                ? "insert into " + table.sql() + " default values"
                : "insert into " + table.sql() + " (" + Sql.identifiers(columns) + ") overriding system value values ("
                        + literals + ")";
        String written = inserted(insert + " returning ctid");
        if (written == null) {
            return Optional.empty();
        }
        Optional<GeneratedRow> row = read(table, tenant, "t.ctid = " + Sql.literal(written, "tid")).stream()
                .findFirst();
        row.ifPresent(session::insertAgain);
        return row;
    }

    /** Null where the key is there; found out without ON CONFLICT, which takes no deferrable constraints. */
    private String inserted(String insert) throws SQLException {
        try {
            return session.attempt(() -> session.insertAsReplica(insert));
        } catch (SQLException e) {
            if (KEY_IS_THERE.contains(String.valueOf(e.getSQLState()))) {
                return null;
            }
            throw e;
        }
    }

    private List<GeneratedRow> read(Relation table, Tenant tenant, String condition) throws SQLException {
        List<String> columns = table.columns().stream()
                .filter(c -> !c.generated())
                .map(Column::name)
                .toList();
        String texts =
                columns.stream().map(c -> ", t." + Sql.identifier(c) + "::text").collect(Collectors.joining());
        List<GeneratedRow> read = new ArrayList<>();
        for (List<String> row : session.rows(
                "select t.ctid" + texts + " from only " + table.sql() + " as t where " + condition + " limit 1")) {
            Map<String, String> values = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                values.put(columns.get(i), row.get(i + 1));
            }
            read.add(new GeneratedRow(table, tenant, row.get(0), values));
        }
        return read;
    }
}
