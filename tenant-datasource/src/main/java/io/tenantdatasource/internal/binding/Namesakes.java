package io.tenantdatasource.internal.binding;

import io.tenantdatasource.internal.sql.SqlDialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;

/**
 * Functions that have the name of one of PostgreSQL's own, or of a word of its grammar: which one a text calls depends on the
 * types of its arguments. Those of an extension are taken to be as harmless as those that they stand beside.
 */
final class Namesakes {

    private static final String QUERY = Inventory.OUR_OWN
            + "select pg_catalog.string_agg(distinct own.proname::pg_catalog.text, ' ') from pg_catalog.pg_proc own"
            + " where own.proname operator(pg_catalog.=) any (?::pg_catalog.name[])"
            + " and own.pronamespace operator(pg_catalog.<>) 'pg_catalog'::pg_catalog.regnamespace"
            + " and not exists (select from pg_catalog.pg_depend of_extension"
            + " where of_extension.classid operator(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass"
            + " and of_extension.objid operator(pg_catalog.=) own.oid"
            + " and of_extension.deptype operator(pg_catalog.=) 'e')";

    private Namesakes() {}

    static Set<String> in(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
            statement.setString(1, "{" + String.join(",", SqlDialect.trustedNames()) + "}");
            if (!statement.execute()) {
                return Set.of();
            }
            ResultSet result = statement.getResultSet();
            result.next();
            String names = result.getString(1);
            return names == null ? Set.of() : Set.of(names.split(" "));
        }
    }
}
