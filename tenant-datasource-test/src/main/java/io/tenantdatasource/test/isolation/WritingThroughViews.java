package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Attempts to change a tenant's rows through a view that PostgreSQL, or a trigger, can write through. */
final class WritingThroughViews {

    private final Session session;
    private final Rows rows;

    WritingThroughViews(Session session, Rows rows) {
        this.session = session;
        this.rows = rows;
    }

    /** A column after the other, as some cannot be given a value. */
    Trial update(Relation view) {
        return (actor, victim) -> {
            if (!view.takesUpdates()) {
                return Outcome.DOES_NOT_APPLY;
            }
            Outcome last = Outcome.NOT_GRANTED;
            for (String column : names(view)) {
                if (!last.gotThrough() && actor.role().on(view).updatable().contains(column)) {
                    String assignment = Sql.identifier(column) + " = " + Sql.identifier(column);
                    last = attempt(actor, victim, List.of(), "update " + view.sql() + " set " + assignment);
                }
            }
            return last;
        };
    }

    Trial delete(Relation view) {
        return (actor, victim) -> {
            if (!view.takesDeletes()) {
                return Outcome.DOES_NOT_APPLY;
            }
            return actor.role().on(view).deletable()
                    ? attempt(actor, victim, List.of(), "delete from " + view.sql())
                    : Outcome.NOT_GRANTED;
        };
    }

    /** With the row of the table that has all columns of the view; where there is none, nobody knows what to insert. */
    Trial insert(Relation view) {
        return (actor, victim) -> {
            Optional<GeneratedRow> row = rows.of(victim).stream()
                    .filter(r -> r.values().keySet().containsAll(names(view)))
                    .findFirst();
            if (!view.takesInserts() || row.isEmpty()) {
                return Outcome.DOES_NOT_APPLY;
            }
            List<String> columns = row.get().filledColumns().stream()
                    .filter(c -> actor.role().on(view).insertable().contains(c))
                    .toList();
            return columns.isEmpty()
                    ? Outcome.NOT_GRANTED
                    : attempt(
                            actor,
                            victim,
                            List.of(row.get().relation()),
                            "insert into " + view.sql() + " ("
                                    + Sql.identifiers(columns) + ") overriding system value values ("
                                    + row.get().literals(columns) + ")");
        };
    }

    private static List<String> names(Relation view) {
        return view.columns().stream().map(Column::name).toList();
    }

    /** As it is, and then without references, which may be in the way, but also without the triggers of the view. */
    private Outcome attempt(Actor actor, Tenant victim, List<Relation> emptied, String statement) throws SQLException {
        Outcome asItIs = attempt(actor, victim, emptied, statement, "origin");
        return asItIs.gotThrough() ? asItIs : attempt(actor, victim, emptied, statement, "replica");
    }

    private Outcome attempt(
            Actor actor, Tenant victim, List<Relation> emptied, String statement, String replicationRole)
            throws SQLException {
        return session.undone(() -> {
            for (Relation table : emptied) {
                rows.remove(table, victim);
            }
            String before = rows.state(victim);
            session.execute("set local session_replication_role = " + replicationRole);
            try {
                session.become(actor);
                session.execute(statement);
            } catch (SQLException e) {
                return Outcome.refused(e);
            }
            session.administrate();
            return Outcome.throughIf(!before.equals(rows.state(victim)), statement, "no row is touched");
        });
    }
}
