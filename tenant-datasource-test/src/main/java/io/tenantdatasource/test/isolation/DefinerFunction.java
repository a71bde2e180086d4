package io.tenantdatasource.test.isolation;

import java.util.List;

/**
 * A function or procedure that runs with its owner's rights.
 *
 * @param arguments its signature, which tells it from others of its name
 * @param argumentTypes of those that a call has to give
 */
record DefinerFunction(
        long oid, String schema, String name, String arguments, boolean procedure, List<String> argumentTypes) {

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
