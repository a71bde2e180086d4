package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A row that is there to be tried on.
 *
 * @param relation the table or leaf partition that holds it
 * @param tenant whose it is; null in a table that is nobody's
 * @param ctid where it is
 * @param values as the server writes them, null for null, generated columns left out
 */
record GeneratedRow(Relation relation, Tenant tenant, String ctid, Map<String, String> values) {

    boolean has(Collection<String> columns) {
        return columns.stream().allMatch(c -> values.get(c) != null);
    }

    List<String> filledColumns() {
        return values.keySet().stream().filter(c -> values.get(c) != null).toList();
    }

    String literal(String column) {
        return Sql.literal(
                values.get(column), relation.column(column).orElseThrow().type());
    }

    String literals(Collection<String> columns) {
        return columns.stream().map(this::literal).collect(Collectors.joining(", "));
    }

    /** SQL that is true for the row: by a key, or, without one, by all that it holds. */
    String condition() {
        return equal(relation.keys().stream().filter(this::has).findFirst().orElseGet(this::filledColumns));
    }

    /** SQL that is true for the row with these values. */
    String equal(Collection<String> columns) {
        return columns.stream().map(c -> Sql.identifier(c) + " = " + literal(c)).collect(Collectors.joining(" and "));
    }
}
