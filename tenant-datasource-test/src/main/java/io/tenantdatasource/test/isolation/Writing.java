package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Attempts to change a tenant's rows in a table. Most are made without a condition first, so that nothing is read and only the
 * policies for that command decide, and then on the one row, in case that another row was in the way. Whether anything has
 * come of it is looked up afterwards, not taken from what the server counted.
 */
final class Writing {

    private final Session session;
    private final Ownership ownership;
    private final Rows rows;
    private final List<Tenant> tenants;

    Writing(Session session, Ownership ownership, Rows rows, List<Tenant> tenants) {
        this.session = session;
        this.ownership = ownership;
        this.rows = rows;
        this.tenants = tenants;
    }

    /** What is done before an attempt, as the administrator. */
    private interface Preparation {
        void prepare() throws SQLException;
    }

    Trial insert(Relation table) {
        return (actor, victim) -> {
            Optional<GeneratedRow> row = rows.of(table, victim);
            if (actor.role().on(table).insertable().isEmpty()) {
                return Outcome.NOT_GRANTED;
            }
            if (row.isEmpty()) {
                return Outcome.notTried(rows.reason(table));
            }
            Outcome outcome = attempt(
                    actor,
                    table,
                    victim,
                    () -> rows.remove(table, victim),
                    rows.allOf(table, victim).stream()
                            .map(each -> insertion(table, actor, each))
                            .toList());
            return outcome.gotThrough() || actor.isFor(victim)
                    ? outcome
                    : ofOwn(table, actor, victim, row.get())
                            .filter(Outcome::gotThrough)
                            .orElse(outcome);
        };
    }

    /** One's own row, and the same with one thing of the other's, in case that only the rest of the row is checked. */
    private Optional<Outcome> ofOwn(Relation table, Actor actor, Tenant victim, GeneratedRow victims)
            throws SQLException {
        Optional<GeneratedRow> own = actor.tenant().flatMap(tenant -> rows.of(table, tenant));
        if (own.isEmpty()) {
            return Optional.empty();
        }
        List<List<String>> taken = new ArrayList<>(List.of(List.of()));
        table.foreignKeys().forEach(key -> taken.add(key.columns()));
        List<String> statements = taken.stream()
                .distinct()
                .map(columns -> insertion(table, actor, with(own.get(), columns, victims)))
                .distinct()
                .toList();
        Preparation away = () -> {
            rows.remove(table, victim);
            rows.remove(table, own.get().tenant());
        };
        Outcome outcome = attempt(actor, table, victim, away, statements);
        return Optional.of(
                outcome.gotThrough()
                        ? outcome
                        : attemptThatShows(
                                actor,
                                table,
                                victim,
                                away,
                                insertion(table, actor, with(own.get(), ownership.columns(table), victims))));
    }

    private static GeneratedRow with(GeneratedRow own, List<String> columns, GeneratedRow victims) {
        Map<String, String> values = new LinkedHashMap<>(own.values());
        columns.forEach(column -> values.put(column, victims.values().get(column)));
        return new GeneratedRow(own.relation(), own.tenant(), own.ctid(), values);
    }

    private static String insertion(Relation table, Actor actor, GeneratedRow row) {
        return insertion(table, permitted(row.filledColumns(), actor, table), row);
    }

    private static List<String> permitted(List<String> columns, Actor actor, Relation table) {
        Collection<String> insertable = actor.role().on(table).insertable();
        return columns.stream().filter(insertable::contains).toList();
    }

    private static String insertion(Relation table, List<String> columns, GeneratedRow row) {
        return "insert into " + table.sql() + " (" + Sql.identifiers(columns) + ") overriding system value values ("
                + row.literals(columns) + ")";
    }

    Trial update(Relation table) {
        return (actor, victim) -> {
            Optional<GeneratedRow> row = rows.of(table, victim);
            Optional<String> column = columnToChange(actor, table, List.of());
            if (column.isEmpty()) {
                return Outcome.NOT_GRANTED;
            }
            if (row.isEmpty()) {
                return Outcome.notTried(rows.reason(table));
            }
            String update = "update " + table.sql() + " set " + Sql.identifier(column.get()) + " = "
                    + row.get().literal(column.get());
            return attemptOnAll(actor, table, victim, () -> {}, update, rows.allOf(table, victim));
        };
    }

    /** Rather one that is neither a key, nor a reference, nor the organization. */
    private Optional<String> columnToChange(Actor actor, Relation table, List<String> key) {
        Collection<String> updatable = actor.role().on(table).updatable();
        List<String> columns = table.columns().stream()
                .filter(c -> c.isUpdatable() && updatable.contains(c.name()))
                .map(Column::name)
                .filter(c -> !key.contains(c))
                .toList();
        return columns.stream()
                .filter(c -> !table.isUnique(c) && !table.isReference(c) && !isOrganization(table, c))
                .findFirst()
                .or(() -> columns.stream().findFirst());
    }

    private boolean isOrganization(Relation table, String column) {
        return ownership.column(table).filter(column::equals).isPresent();
    }

    Trial move(Relation table) {
        return (actor, victim) -> {
            List<String> columns = columnsThatTellTheOwner(table);
            List<String> organization = ownership.columns(table);
            Collection<String> updatable = actor.role().on(table).updatable();
            if (!updatable.containsAll(columns) && !updatable.containsAll(organization)) {
                return Outcome.NOT_GRANTED;
            }
            Tenant former = actor.tenant().orElseGet(() -> otherThan(victim));
            Optional<GeneratedRow> from = rows.of(table, former);
            Optional<GeneratedRow> to = rows.of(table, victim);
            if (from.isEmpty() && table.isPartition()) {
                return Outcome.DOES_NOT_APPLY;
            }
            if (from.isEmpty() || to.isEmpty()) {
                return Outcome.notTried(rows.reason(table));
            }
            Preparation away = () -> {
                rows.removeReferencesTo(table, former);
                rows.remove(table, victim);
            };
            String update = "update " + table.sql() + " set ";
            Outcome outcome = updatable.containsAll(columns)
                    ? attemptOnAll(
                            actor,
                            table,
                            victim,
                            away,
                            update + assignments(columns, to.get()),
                            rows.allOf(table, former))
                    : Outcome.NOT_GRANTED;
            return outcome.gotThrough() || actor.tenant().isEmpty() || !updatable.containsAll(organization)
                    ? outcome
                    : better(
                            attemptThatShows(actor, table, victim, away, update + assignments(organization, to.get())),
                            outcome);
        };
    }

    private static Outcome better(Outcome more, Outcome before) {
        return more.gotThrough() || before.kind() == Outcome.Kind.NOT_GRANTED ? more : before;
    }

    private static String assignments(List<String> columns, GeneratedRow row) {
        return columns.stream()
                .map(c -> Sql.identifier(c) + " = " + row.literal(c))
                .collect(Collectors.joining(", "));
    }

    private Tenant otherThan(Tenant tenant) {
        return tenants.stream().filter(t -> !t.equals(tenant)).findFirst().orElseThrow();
    }

    /** Its organization, and all references to what has an organization, since they have to go together. */
    private List<String> columnsThatTellTheOwner(Relation table) {
        List<String> columns = new ArrayList<>();
        ownership.column(table).ifPresent(columns::add);
        table.foreignKeys().stream()
                .filter(key -> ownership.isKnown(key.referenced()))
                .flatMap(key -> key.columns().stream())
                .filter(c -> !columns.contains(c))
                .forEach(columns::add);
        return columns.stream().distinct().toList();
    }

    Trial delete(Relation table) {
        return (actor, victim) -> {
            Optional<GeneratedRow> row = rows.of(table, victim);
            boolean truncates = actor.role().on(table).truncatable() && !actor.isFor(victim);
            if (!actor.role().on(table).deletable() && !truncates) {
                return Outcome.NOT_GRANTED;
            }
            if (row.isEmpty()) {
                return Outcome.notTried(rows.reason(table));
            }
            Preparation away = () -> rows.removeReferencesTo(table);
            Outcome outcome = actor.role().on(table).deletable()
                    ? attemptOnAll(actor, table, victim, away, "delete from " + table.sql(), rows.allOf(table, victim))
                    : Outcome.NOT_GRANTED;
            return outcome.gotThrough() || !truncates
                    ? outcome
                    : better(
                            attempt(
                                    actor,
                                    table,
                                    victim,
                                    away,
                                    List.of("truncate " + table.sql(), "truncate " + table.sql() + " cascade")),
                            outcome);
        };
    }

    Trial upsert(Relation table) {
        return (actor, victim) -> {
            Optional<GeneratedRow> row = rows.of(table, victim);
            if (table.keys().isEmpty()) {
                return Outcome.DOES_NOT_APPLY;
            }
            if (row.isEmpty()) {
                return Outcome.notTried(rows.reason(table));
            }
            List<String> statements = table.keys().stream()
                    .filter(row.get()::has)
                    .flatMap(key -> upserts(actor, table, row.get(), key).stream())
                    .toList();
            return statements.isEmpty() || actor.role().on(table).insertable().isEmpty()
                    ? Outcome.NOT_GRANTED
                    : attempt(actor, table, victim, () -> {}, statements);
        };
    }

    private List<String> upserts(Actor actor, Relation table, GeneratedRow victims, List<String> key) {
        return columnToChange(actor, table, key)
                .or(() -> columnToChange(actor, table, List.of()))
                .map(column -> " on conflict (" + Sql.identifiers(key) + ") do update set " + Sql.identifier(column)
                        + " = " + victims.literal(column))
                .map(conflict -> proposals(table, actor, victims, key).stream()
                        .map(row -> insertion(table, permitted(row.filledColumns(), actor, table), row) + conflict)
                        .toList())
                .orElse(List.of());
    }

    /** The very row, and one of one's own that has the key of the other. */
    private List<GeneratedRow> proposals(Relation table, Actor actor, GeneratedRow victims, List<String> key) {
        List<GeneratedRow> proposals = new ArrayList<>();
        actor.tenant().flatMap(tenant -> rows.of(table, tenant)).ifPresent(own -> {
            proposals.add(with(own, key, victims));
        });
        proposals.add(victims);
        return proposals;
    }

    /** On all rows at once. Only where that is refused, another row may have been in the way: then on one after the other. */
    private Outcome attemptOnAll(
            Actor actor,
            Relation table,
            Tenant victim,
            Preparation preparation,
            String statement,
            List<GeneratedRow> each)
            throws SQLException {
        Outcome onAll = attempt(actor, table, victim, preparation, statement);
        if (onAll.gotThrough() || onAll.kind() == Outcome.Kind.WITHOUT_EFFECT) {
            return onAll;
        }
        List<String> onOne = each.stream()
                .map(row -> statement + " where " + row.condition())
                .toList();
        Outcome outcome = attempt(actor, table, victim, preparation, onOne);
        return outcome.gotThrough() || onAll.kind() == Outcome.Kind.NOT_TRIED ? outcome : onAll;
    }

    /** Each statement on its own: what gets through counts, or else what was tried at all. */
    private Outcome attempt(
            Actor actor, Relation table, Tenant victim, Preparation preparation, List<String> statements)
            throws SQLException {
        Outcome first = null;
        for (String statement : statements) {
            Outcome outcome = attempt(actor, table, victim, preparation, statement);
            if (outcome.gotThrough()) {
                return outcome;
            }
            first = first == null || first.kind() == Outcome.Kind.NOT_TRIED ? outcome : first;
        }
        return first;
    }

    private Outcome attempt(Actor actor, Relation table, Tenant victim, Preparation preparation, String statement)
            throws SQLException {
        return session.undone(() -> {
            preparation.prepare();
            String before = state(table, victim);
            try {
                session.attempt(() -> {
                    session.become(actor);
                    return session.execute(statement);
                });
            } catch (SQLException e) {
                return Outcome.isNoPolicy(e) && !actor.neverTold()
                        ? refusedToEverybody(victim, statement).orElse(Outcome.refused(e))
                        : Outcome.refused(e);
            }
            session.administrate();
            show(table, victim);
            return Outcome.throughIf(!before.equals(state(table, victim)), statement, "no row is touched");
        });
    }

    /**
     * Only the organization is the other's, and the references are one's own: whose such a row is, the policies say. It is the
     * other's if the other sees it.
     */
    private Outcome attemptThatShows(
            Actor actor, Relation table, Tenant victim, Preparation preparation, String statement) throws SQLException {
        Actor other = Actor.of(actor.role(), victim);
        return session.undone(() -> {
            preparation.prepare();
            String before = seenBy(other, table);
            try {
                session.attempt(() -> {
                    session.become(actor);
                    return session.execute(statement);
                });
            } catch (SQLException e) {
                return Outcome.refused(e);
            }
            session.administrate();
            return Outcome.throughIf(!before.equals(seenBy(other, table)), statement, "the other does not see it");
        });
    }

    /** What the other has now: a row that was changed, or added, or nothing more. */
    private void show(Relation table, Tenant victim) {
        session.show("select t.* from " + table.sql() + " as t where " + rows.predicate(table, victim));
    }

    private String seenBy(Actor actor, Relation table) throws SQLException {
        return session.undone(() -> {
            session.become(actor);
            try {
                return session.value("select count(*) from " + table.sql());
            } catch (SQLException e) {
                return e.getSQLState();
            }
        });
    }

    /** What triggers and rules do may be anywhere. */
    private String state(Relation table, Tenant victim) throws SQLException {
        return table.extended() ? rows.state(victim) : rows.state(table, victim);
    }

    /** A made-up row that no constraint would take from anybody proves nothing about policies. */
    private Optional<Outcome> refusedToEverybody(Tenant victim, String statement) throws SQLException {
        session.tell(victim);
        try {
            session.execute(statement);
            return Optional.empty();
        } catch (SQLException e) {
            return Outcome.isConstraint(e)
                    ? Optional.of(Outcome.notTried("what was made up is refused to everybody: "
                            + e.getMessage().lines().findFirst().orElse("")))
                    : Optional.empty();
        }
    }
}
