package io.tenantdatasource.internal.binding;

import io.tenantdatasource.internal.sql.SqlDialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/**
 * Functions that have the name of one of PostgreSQL's own, or of a word of its grammar: which one a text calls depends on the
 * types of its arguments. Those of an extension are taken to be as harmless as those that they stand beside.
 */
final class Namesakes {

    private static final String QUERY = Inventory.OUR_OWN + "select distinct own.proname from pg_catalog.pg_proc own"
            + " where own.proname operator(pg_catalog.=) any (?::pg_catalog.name[])"
            + " and own.pronamespace operator(pg_catalog.<>) 'pg_catalog'::pg_catalog.regnamespace"
            + " and not exists (select from pg_catalog.pg_depend of_extension"
            + " where of_extension.classid operator(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass"
            + " and of_extension.objid operator(pg_catalog.=) own.oid"
            + " and of_extension.deptype operator(pg_catalog.=) 'e')";

    private Namesakes() {}

    static Set<String> in(Connection connection) throws SQLException {
        Set<String> names = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
            statement.setString(1, "{" + String.join(",", SqlDialect.trustedNames()) + "}");
            if (statement.execute()) {
                ResultSet result = statement.getResultSet();
                while (result.next()) {
                    names.add(result.getString(1));
                }
            }
        }
        return names;
    }
}
