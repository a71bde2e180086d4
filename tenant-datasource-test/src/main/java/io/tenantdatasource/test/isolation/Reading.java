package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import java.sql.SQLException;
import java.util.Collection;

/**
 * Whether what is read depends on rows that should not matter: it is read with a tenant's rows there, and with them away. That
 * shows also what a sum, a count or a materialized view gives away.
 */
final class Reading {

    private final Session session;
    private final Catalogue catalogue;
    private final Rows rows;

    Reading(Session session, Catalogue catalogue, Rows rows) {
        this.session = session;
        this.catalogue = catalogue;
        this.rows = rows;
    }

    Trial of(Relation relation) {
        return (actor, victim) -> {
            Collection<String> columns = actor.role().on(relation).selectable();
            if (columns.isEmpty()) {
                return Outcome.NOT_GRANTED;
            }
            if (relation.isTable() && rows.of(relation, victim).isEmpty()) {
                return Outcome.notTried(rows.reason(relation));
            }
            return read(relation, columns, actor, victim);
        };
    }

    private static String digestOf(Relation relation, Collection<String> columns) {
        return "select count(*) || ' ' || coalesce(sum(hashtextextended(r::text, 0)::numeric), 0) from (select "
                + Sql.identifiers(columns.stream().sorted().toList()) + " from " + relation.sql() + ") as r";
    }

    /** With the rows comes last, as that is what a script shows. */
    private Outcome read(Relation relation, Collection<String> columns, Actor actor, Tenant victim)
            throws SQLException {
        String digest = digestOf(relation, columns);
        try {
            String without = session.undone(() -> {
                rows.removeAllOf(victim);
                refreshMaterializedViews();
                return readBy(actor, digest);
            });
            String with = session.undone(() -> {
                refreshMaterializedViews();
                String answer = readBy(actor, digest);
                session.show(
                        "select " + Sql.identifiers(columns.stream().sorted().toList()) + " from " + relation.sql());
                return answer;
            });
            return Outcome.throughIf(!with.equals(without), "reads the rows", "sees nothing of them");
        } catch (SQLException e) {
            return Outcome.refused(e);
        }
    }

    private String readBy(Actor actor, String digest) throws SQLException {
        session.become(actor);
        return session.value(digest);
    }

    private void refreshMaterializedViews() throws SQLException {
        for (Relation relation : catalogue.relations()) {
            if (relation.isMaterialized()) {
                session.execute("refresh materialized view " + relation.sql());
            }
        }
    }
}
