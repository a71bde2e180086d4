package io.tenantdatasource.test.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * Which tables are protected, and who sees all of their rows.
 *
 * @param tables as {@code name} or {@code schema.name}
 * @param maintenanceRoles by name; may be empty
 */
record ProtectedTables(Set<String> tables, Set<String> maintenanceRoles) {

    private static final String OF_A_DATABASE = """
            select nspname, relname, case when starts_with(comment, 'tenant-datasource: maintenance;') then rolname end as role
            from pg_catalog.pg_policy
            cross join pg_catalog.obj_description(pg_policy.oid, 'pg_policy') as comment
            join pg_catalog.pg_class on pg_class.oid = polrelid
            join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
            cross join pg_catalog.unnest(polroles) as grantee
            left join pg_catalog.pg_roles on pg_roles.oid = grantee
            where pg_catalog.starts_with(comment, 'tenant-datasource: ')""";

    ProtectedTables {
        tables = Set.copyOf(tables);
        maintenanceRoles = Set.copyOf(maintenanceRoles);
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("No table is protected, so that nothing would be found: name some, or"
                    + " a database in which all migrations have run");
        }
    }

    static ProtectedTables of(Set<String> tables, String maintenanceRole) {
        return new ProtectedTables(tables, Set.of(Objects.requireNonNull(maintenanceRole, "maintenanceRole is null")));
    }

    static ProtectedTables of(DataSource migrated) throws SQLException {
        Set<String> tables = new HashSet<>();
        Set<String> roles = new HashSet<>();
        try (Connection connection = migrated.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(OF_A_DATABASE)) {
            while (row.next()) {
                tables.add(row.getString("nspname") + "." + row.getString("relname"));
                if (row.getString("role") != null) {
                    roles.add(row.getString("role"));
                }
            }
        }
        return new ProtectedTables(tables, roles);
    }

    /** Where either of both names no schema, the search path could have been any. */
    boolean contains(String schema, String name) {
        return tables.stream().anyMatch(table -> isSame(table, schema, name));
    }

    private static boolean isSame(String table, String schema, String name) {
        return schema.isEmpty()
                ? table.equals(name) || table.endsWith("." + name)
                : table.equals(name) || table.equals(schema + "." + name);
    }

    boolean isMaintenanceRole(String name) {
        return maintenanceRoles.contains(name);
    }

    String aMaintenanceRole() {
        return maintenanceRoles.isEmpty()
                ? "the one that maintenanceRole(…) makes"
                : new TreeSet<>(maintenanceRoles).iterator().next();
    }
}
