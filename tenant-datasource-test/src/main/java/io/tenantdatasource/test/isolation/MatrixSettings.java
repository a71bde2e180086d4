package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a matrix is told.
 *
 * @param users of the database, whom it may not find by what they were granted
 * @param tenants empty for those that fit the columns
 * @param globalTables whose rows are everybody's
 * @param members tables that say who belongs to which organizations
 * @param trusted views and functions that are meant to show more
 * @param trustedRoles who are meant to work for all tenants
 * @param values by {@code table.column}
 */
record MatrixSettings(
        Set<String> users,
        List<Tenant> tenants,
        String organizationSetting,
        String organizationColumn,
        Set<String> globalTables,
        Set<String> members,
        Set<String> trusted,
        Set<String> trustedRoles,
        Map<String, String> values) {

    /** What the tools for migrations keep in the database. */
    private static final Set<String> OF_MIGRATIONS =
            Set.of("flyway_schema_history", "databasechangelog", "databasechangeloglock");

    static MatrixSettings of(Collection<String> users) {
        return new MatrixSettings(
                Set.copyOf(users),
                List.of(),
                "app.organization_id",
                "organization_id",
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Map.of());
    }

    boolean isGlobal(Relation relation) {
        return globalTables.contains(relation.label()) || OF_MIGRATIONS.contains(relation.name());
    }

    boolean isOfMembers(Relation relation) {
        return members.contains(relation.label());
    }

    MatrixSettings withTenants(List<Tenant> other) {
        return new MatrixSettings(
                users,
                other,
                organizationSetting,
                organizationColumn,
                globalTables,
                members,
                trusted,
                trustedRoles,
                values);
    }

    MatrixSettings withOrganizationSetting(String other) {
        return new MatrixSettings(
                users, tenants, other, organizationColumn, globalTables, members, trusted, trustedRoles, values);
    }

    MatrixSettings withOrganizationColumn(String other) {
        return new MatrixSettings(
                users, tenants, organizationSetting, other, globalTables, members, trusted, trustedRoles, values);
    }

    MatrixSettings withGlobalTables(Collection<String> more) {
        return new MatrixSettings(
                users,
                tenants,
                organizationSetting,
                organizationColumn,
                joined(globalTables, more),
                members,
                trusted,
                trustedRoles,
                values);
    }

    MatrixSettings withMembers(Collection<String> more) {
        return new MatrixSettings(
                users,
                tenants,
                organizationSetting,
                organizationColumn,
                globalTables,
                joined(members, more),
                trusted,
                trustedRoles,
                values);
    }

    MatrixSettings withTrusted(Collection<String> more) {
        return new MatrixSettings(
                users,
                tenants,
                organizationSetting,
                organizationColumn,
                globalTables,
                members,
                joined(trusted, more),
                trustedRoles,
                values);
    }

    MatrixSettings withTrustedRoles(Collection<String> more) {
        return new MatrixSettings(
                users,
                tenants,
                organizationSetting,
                organizationColumn,
                globalTables,
                members,
                trusted,
                joined(trustedRoles, more),
                values);
    }

    MatrixSettings withValue(String column, String value) {
        Map<String, String> more = new HashMap<>(values);
        more.put(column, value);
        return new MatrixSettings(
                users,
                tenants,
                organizationSetting,
                organizationColumn,
                globalTables,
                members,
                trusted,
                trustedRoles,
                Map.copyOf(more));
    }

    private static Set<String> joined(Set<String> some, Collection<String> more) {
        Set<String> joined = new TreeSet<>(some);
        joined.addAll(more);
        return Set.copyOf(joined);
    }
}
