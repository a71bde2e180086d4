package io.tenantdatasource.test.isolation;

import java.util.Optional;

/**
 * One cell of the matrix: who tried what on whose rows of what, and what came of it.
 *
 * @param target the table, view, function or role, with its schema if that is not {@code public}
 * @param attempt what was tried
 * @param role as which role
 * @param tenant for which tenant, or {@value #NOBODY}
 * @param victim whose rows; the same as {@code tenant} where it was tried whether its own work
 * @param verdict what came of it
 * @param hole what is wrong, or empty if nothing is
 * @param detail what happened: the statement that got through, or what stood in the way
 * @param remedy what to do next, or an empty text
 * @param script SQL that does it again on the same database, shows what got through, and takes it back; empty if nothing
 *     did
 */
public record Cell(
        String target,
        Attempt attempt,
        String role,
        String tenant,
        String victim,
        Verdict verdict,
        Optional<Hole> hole,
        String detail,
        String remedy,
        Optional<String> script) {

    /** Stands for no tenant at all. */
    public static final String NOBODY = "nobody";

    /**
     * Says who tried what on what.
     *
     * @return such as {@code invoices: SELECT of globex's rows by acme as authenticated}
     */
    public String name() {
        return target + ": " + attempt + " of " + (tenant.equals(victim) ? "its own" : victim + "'s") + " rows by "
                + tenant + " as " + role;
    }

    /**
     * Says all of it.
     *
     * @return the name, the verdict, what is wrong, and what to do
     */
    @Override
    public String toString() {
        return name() + ": " + verdict + hole.map(h -> ", " + h.description()).orElse("")
                + (detail.isEmpty() ? "" : " (" + detail + ")") + (remedy.isEmpty() ? "" : "; " + remedy);
    }
}
