package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rows that are there to be tried on, and whether somebody has touched them. */
final class Rows {

    private final Session session;
    private final Catalogue catalogue;
    private final Ownership ownership;
    private final List<GeneratedRow> rows;
    private final Map<Long, String> reasons;

    Rows(
            Session session,
            Catalogue catalogue,
            Ownership ownership,
            List<GeneratedRow> rows,
            Map<Long, String> reasons) {
        this.session = session;
        this.catalogue = catalogue;
        this.ownership = ownership;
        this.rows = rows;
        this.reasons = reasons;
    }

    /** A tenant's row in a table or in one of its partitions. */
    Optional<GeneratedRow> of(Relation table, Tenant tenant) {
        return allOf(table, tenant).stream().findFirst();
    }

    /** All that a tenant has in a table or in its partitions, the plainest first. */
    List<GeneratedRow> allOf(Relation table, Tenant tenant) {
        List<Relation> leaves = catalogue.leavesOf(table);
        return rows.stream()
                .filter(row -> tenant.equals(row.tenant()) && leaves.contains(row.relation()))
                .toList();
    }

    List<GeneratedRow> of(Tenant tenant) {
        return rows.stream().filter(row -> tenant.equals(row.tenant())).toList();
    }

    /** Whose rows can be tried in a table: in a partition, not everybody need have one. */
    List<Tenant> victims(Relation table, List<Tenant> tenants) {
        if (!table.isPartition()) {
            return tenants;
        }
        List<Relation> leaves = catalogue.leavesOf(table);
        List<Tenant> there = rows.stream()
                .filter(row -> leaves.contains(row.relation()))
                .map(GeneratedRow::tenant)
                .distinct()
                .toList();
        return there.isEmpty() ? tenants : there;
    }

    /** Why there is none. */
    String reason(Relation table) {
        return catalogue.leavesOf(table).stream()
                .map(leaf -> reasons.get(leaf.oid()))
                .filter(reason -> reason != null)
                .findFirst()
                .orElse("no row of it could be made");
    }

    /** Takes all that a tenant has away, until it is undone. */
    void removeAllOf(Tenant tenant) throws SQLException {
        remove(row -> tenant.equals(row.tenant()));
    }

    /** Takes what a tenant has in a table away, until it is undone. */
    void remove(Relation table, Tenant tenant) throws SQLException {
        List<Relation> leaves = catalogue.leavesOf(table);
        remove(row -> tenant.equals(row.tenant()) && leaves.contains(row.relation()));
    }

    /**
     * Takes all rows away that refer to a table, so that its own can be deleted. Those which tell whose these are lose the
     * reference alone.
     */
    void removeReferencesTo(Relation table) throws SQLException {
        Predicate<GeneratedRow> tellsWhoseTheyAre = row -> ownership.restsOn(table, row.relation());
        for (Relation relation : rows.stream()
                .filter(refersTo(table).and(tellsWhoseTheyAre))
                .map(GeneratedRow::relation)
                .distinct()
                .toList()) {
            session.executeAsReplica("update only " + relation.sql() + " set "
                    + relation.foreignKeys().stream()
                            .filter(key -> key.referenced() == table.oid())
                            .flatMap(key -> key.columns().stream())
                            .distinct()
                            .map(column -> Sql.identifier(column) + " = null")
                            .collect(Collectors.joining(", ")));
        }
        remove(refersTo(table).and(tellsWhoseTheyAre.negate()));
    }

    /** Takes what a tenant has away that refers to a table, so that the tenant's own row can be given another key. */
    void removeReferencesTo(Relation table, Tenant tenant) throws SQLException {
        remove(refersTo(table).and(row -> tenant.equals(row.tenant())));
    }

    private Predicate<GeneratedRow> refersTo(Relation table) {
        List<Relation> whole = new ArrayList<>(catalogue.ancestorsOf(table));
        whole.addAll(catalogue.leavesOf(table));
        whole.add(table);
        List<Long> oids = whole.stream().map(Relation::oid).toList();
        return row -> !oids.contains(row.relation().oid())
                && row.relation().foreignKeys().stream().anyMatch(key -> oids.contains(key.referenced()));
    }

    private void remove(Predicate<GeneratedRow> which) throws SQLException {
        List<GeneratedRow> removed = rows.stream().filter(which).toList();
        if (!removed.isEmpty()) {
            session.executeAsReplica(
                    deletes(removed, row -> "ctid = " + Sql.literal(row.ctid(), "tid")),
                    deletes(removed, GeneratedRow::condition));
        }
    }

    /** A statement for each table. */
    private static String deletes(List<GeneratedRow> removed, Function<GeneratedRow, String> condition) {
        return removed.stream()
                .collect(Collectors.groupingBy(
                        GeneratedRow::relation, Collectors.mapping(condition, Collectors.joining(" or "))))
                .entrySet()
                .stream()
                .map(rows -> "delete from only " + rows.getKey().sql() + " where " + rows.getValue())
                .collect(Collectors.joining("; "));
    }

    /** Another text as soon as any row of the tenant in a table is changed, removed, or added. */
    String state(Relation table, Tenant tenant) throws SQLException {
        return state(catalogue.leavesOf(table), tenant);
    }

    /** The same, of all tables. */
    String state(Tenant tenant) throws SQLException {
        return state(
                catalogue.tables().stream()
                        .filter(t -> ownership.isKnown(t) && !t.isPartitioned())
                        .toList(),
                tenant);
    }

    /** Users are theirs, whether they are members any more or not. */
    String predicate(Relation table, Tenant tenant) {
        if (!ownership.isOfMembers(table)) {
            return ownership.predicate(table, "t", tenant);
        }
        return Stream.concat(
                        Stream.of("false"),
                        rows.stream()
                                .filter(row -> tenant.equals(row.tenant())
                                        && row.relation().equals(table))
                                .map(row -> row.equal(table.keys().get(0))))
                .collect(Collectors.joining(" or ", "(", ")"));
    }

    /** By where each version of a row is, and which subtransaction wrote it. */
    private String state(List<Relation> tables, Tenant tenant) throws SQLException {
        String versions = tables.stream()
                .map(table -> "select t.tableoid || ' ' || t.ctid || ' ' || t.xmin as version from only " + table.sql()
                        + " as t where " + predicate(table, tenant))
                .collect(Collectors.joining(" union all "));
        return session.value(
                "select coalesce(string_agg(version, ',' order by version), '') from (" + versions + ") as versions");
    }
}
