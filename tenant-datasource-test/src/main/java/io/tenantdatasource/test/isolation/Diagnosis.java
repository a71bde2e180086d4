package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out why an attempt got through: by mending one thing at a time, and trying again. What closes it is the cause. All of it
 * is undone.
 */
final class Diagnosis {

    private static final Finding UNKNOWN =
            new Finding(Hole.OTHER, "look at the policies, at the roles, and at what the object reads");

    private static final Finding BELOW = new Finding(Hole.OPEN_BELOW, "mend the tables that it reads first");

    private static final Finding BY_TRIGGERS_OR_RULES = new Finding(
            Hole.OTHER,
            "look at its triggers, which may run as their function's owner, and rules, which run as its owner");

    private final Session session;
    private final String organizationSetting;
    private final List<Tenant> tenants;

    Diagnosis(Session session, String organizationSetting, List<Tenant> tenants) {
        this.session = session;
        this.organizationSetting = organizationSetting;
        this.tenants = tenants;
    }

    /** An attempt that got through. */
    record Case(Trial trial, Attempt attempt, Actor actor, Tenant victim) {}

    Finding ofTable(Relation table, Case open) throws SQLException {
        if (!table.rowSecurity()) {
            return new Finding(
                    table.isPartition() ? Hole.PARTITION_WITHOUT_ROW_SECURITY : Hole.NO_ROW_SECURITY,
                    "enable and force it, and add policies; TablePolicies does all of it");
        }
        if (open.attempt() == Attempt.DELETE && closes(open, withoutTruncate(table))) {
            return new Finding(
                    Hole.TRUNCATE_GRANTED, "REVOKE TRUNCATE ON " + table.sql() + " from whom it was granted to");
        }
        if (!table.forced() && closes(open, "alter table " + table.sql() + " force row level security")) {
            return new Finding(Hole.NOT_FORCED, "ALTER TABLE " + table.sql() + " FORCE ROW LEVEL SECURITY");
        }
        return ofPolicies(table, open);
    }

    private static String withoutTruncate(Relation table) {
        return "do " + Sql.literal(Sql.script("revoke-truncate.sql").replace("?", String.valueOf(table.oid())));
    }

    Finding ofView(Relation view, Case open) throws SQLException {
        if (view.isMaterialized()) {
            return new Finding(
                    Hole.MATERIALIZED_VIEW, "REVOKE ALL ON " + view.sql() + " FROM whoever works for tenants");
        }
        String mend = "alter view " + view.sql() + " set (security_invoker = true)";
        if (closes(open, mend)) {
            return new Finding(Hole.VIEW_AS_OWNER, mend);
        }
        return view.extended() && open.attempt() != Attempt.SELECT ? BY_TRIGGERS_OR_RULES : BELOW;
    }

    Finding ofFunction(DefinerFunction function, Case open) throws SQLException {
        String mend = "alter " + function.sql() + " security invoker";
        return closes(open, mend)
                ? new Finding(Hole.SECURITY_DEFINER, mend + ", or name it as trusted if it is meant to")
                : BELOW;
    }

    /** Of a tenant that cannot work with its own rows. */
    Finding ofBlocked(Relation table, Case blocked) throws SQLException {
        return table.rowSecurity() && deciding(table, blocked).isEmpty()
                ? new Finding(Hole.NO_POLICY_FOR_COMMAND, "add a policy for it, or revoke the right")
                : UNKNOWN;
    }

    private Finding ofPolicies(Relation table, Case open) throws SQLException {
        List<Policy> deciding = deciding(table, open);
        List<Suspicion> suspicions =
                List.of(this::opensWithoutTenant, this::isOneTooMany, this::doesNotCheck, this::isOpen);
        for (Suspicion suspicion : suspicions) {
            for (Policy policy : deciding) {
                Optional<Finding> finding = suspicion.confirm(table, policy, deciding, open);
                if (finding.isPresent()) {
                    return finding.get();
                }
            }
        }
        return table.extended() ? BY_TRIGGERS_OR_RULES : UNKNOWN;
    }

    private interface Suspicion {
        Optional<Finding> confirm(Relation table, Policy policy, List<Policy> deciding, Case open) throws SQLException;
    }

    private Optional<Finding> opensWithoutTenant(Relation table, Policy policy, List<Policy> deciding, Case open)
            throws SQLException {
        if (open.actor().tenant().isPresent()) {
            return Optional.empty();
        }
        String isSet = " and nullif(current_setting(" + Sql.literal(organizationSetting) + ", true), '') is not null";
        String clauses = (policy.using() == null ? "" : " using ((" + policy.using() + ")" + isSet + ")")
                + (policy.check() == null ? "" : " with check ((" + policy.check() + ")" + isSet + ")");
        return !anotherTenantGetsThrough(open) && closes(open, alter(table, policy) + clauses)
                ? Optional.of(
                        new Finding(Hole.OPEN_WITHOUT_TENANT, policy.name() + " must not be true without a tenant"))
                : Optional.empty();
    }

    /** Telling a tenant is seen for the rest of the session, so this is not asked before all is tried that comes before it. */
    private boolean anotherTenantGetsThrough(Case open) throws SQLException {
        if (open.actor().neverTold()) {
            return false;
        }
        Tenant other = tenants.stream()
                .filter(t -> !t.equals(open.victim()))
                .findFirst()
                .orElseThrow();
        return open.trial()
                .by(Actor.of(open.actor().role(), other), open.victim())
                .gotThrough();
    }

    private Optional<Finding> isOneTooMany(Relation table, Policy policy, List<Policy> deciding, Case open)
            throws SQLException {
        String mend = "drop policy " + Sql.identifier(policy.name()) + " on " + table.sql();
        return deciding.size() > 1 && closes(open, mend)
                ? Optional.of(new Finding(Hole.SECOND_PERMISSIVE_POLICY, mend + ", or make it restrictive"))
                : Optional.empty();
    }

    private Optional<Finding> doesNotCheck(Relation table, Policy policy, List<Policy> deciding, Case open)
            throws SQLException {
        Optional<String> expression = Optional.ofNullable(policy.using())
                .or(() -> table.policies().stream()
                        .filter(p -> p.permissive() && p.using() != null)
                        .map(Policy::using)
                        .findFirst());
        return policy.check() != null
                        && expression.isPresent()
                        && closes(open, alter(table, policy) + " with check (" + expression.get() + ")")
                ? Optional.of(new Finding(
                        Hole.CHECK_MISSING,
                        alter(table, policy) + " WITH CHECK what its USING, or that of SELECT, asks"))
                : Optional.empty();
    }

    private Optional<Finding> isOpen(Relation table, Policy policy, List<Policy> deciding, Case open)
            throws SQLException {
        return closes(open, "drop policy " + Sql.identifier(policy.name()) + " on " + table.sql())
                ? Optional.of(new Finding(
                        Hole.OPEN_POLICY, policy.name() + " has to compare the row's organization with the setting"))
                : Optional.empty();
    }

    private static String alter(Relation table, Policy policy) {
        return "alter policy " + Sql.identifier(policy.name()) + " on " + table.sql();
    }

    private boolean closes(Case open, String mend) throws SQLException {
        return session.undone(() -> {
            session.execute(mend);
            return !open.trial().by(open.actor(), open.victim()).gotThrough();
        });
    }

    /** The permissive policies that any row of the attempt may pass by. */
    private List<Policy> deciding(Relation table, Case tried) throws SQLException {
        List<Policy> deciding = new ArrayList<>();
        for (Policy policy : table.policies()) {
            if (policy.permissive()
                    && letters(tried.attempt()).stream().anyMatch(policy::isFor)
                    && appliesTo(policy, tried.actor().role())) {
                deciding.add(policy);
            }
        }
        return deciding;
    }

    private static List<String> letters(Attempt attempt) {
        return switch (attempt) {
            case INSERT -> List.of("a");
            case UPDATE, MOVE -> List.of("w");
            case DELETE -> List.of("d");
            case UPSERT -> List.of("a", "w");
            case SELECT, CALL, BYPASS -> List.of("r");
        };
    }

    private boolean appliesTo(Policy policy, Role role) throws SQLException {
        for (String name : policy.roles()) {
            if (name.equals("public")
                    || "t".equals(session.value("select pg_has_role(?, ?, 'USAGE')", role.name(), name))) {
                return true;
            }
        }
        return false;
    }
}
