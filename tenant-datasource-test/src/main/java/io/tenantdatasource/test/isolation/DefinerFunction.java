package io.tenantdatasource.test.isolation;

import java.util.List;

/**
 * A function or procedure that runs with its owner's rights.
 *
 * @param arguments its signature, which tells it from others of its name
 * @param given what a call can give, in its order
 * @param defaults how many of the last of them a call may leave out
 * @param answersWithCursor whether what it returns names a cursor, which holds the answer
 */
record DefinerFunction(
        long oid,
        String schema,
        String name,
        String arguments,
        boolean procedure,
        List<Argument> given,
        int defaults,
        boolean answersWithCursor) {

    /** By mode as in {@code pg_proc.proargmodes}: i, b (INOUT), v (VARIADIC), or o (OUT, of procedures). */
    record Argument(String type, String mode) {

        /** A variadic argument is given as an array. */
        String sql(String literal) {
            return mode.equals("v") ? "variadic " + literal : literal;
        }

        boolean isOutput() {
            return mode.equals("o");
        }
    }

    /** Without what has a default, and with it, since a default may be what protects. */
    List<List<Argument>> signatures() {
        return procedure || defaults == 0 ? List.of(given) : List.of(given, given.subList(0, given.size() - defaults));
    }

    /** For {@code ALTER} and {@code REVOKE}. */
    String sql() {
        return (procedure ? "procedure " : "function ") + Sql.identifier(schema) + "." + Sql.identifier(name) + "("
                + arguments + ")";
    }

    String call(List<String> values) {
        return Sql.identifier(schema) + "." + Sql.identifier(name) + "(" + String.join(", ", values) + ")";
    }

    String label() {
        return (schema.equals("public") ? "" : schema + ".") + name + "(" + arguments + ")";
    }
}
