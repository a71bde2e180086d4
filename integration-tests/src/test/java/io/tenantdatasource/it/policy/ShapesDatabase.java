package io.tenantdatasource.it.policy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.policy.SchemaPlan;
import io.tenantdatasource.policy.SchemaPolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** A database whose tables reach their organization in every way there is. */
final class ShapesDatabase implements AutoCloseable {

    static final Tenant A = Tenant.of(UUID.fromString("0000000a-0000-4000-8000-000000000000"));
    static final Tenant B = Tenant.of(UUID.fromString("0000000b-0000-4000-8000-000000000000"));
    static final Tenant C = Tenant.of(UUID.fromString("0000000c-0000-4000-8000-000000000000"));

    /** All that has to be said of it, but for what cannot be told. */
    static final SchemaPolicies DECLARATION = SchemaPolicies.tenants("organizations")
            .global("countries")
            .shared("templates")
            .members("memberships");

    private final ReviewedDatabase reviewed = new ReviewedDatabase(ReviewedSchema.SHAPES);

    ShapesDatabase() {
        asAdministrator("grant select, insert, update, delete on all tables in schema public to " + application());
    }

    /** Plans, applies, and lets the application fall under it. */
    SchemaPlan protect(SchemaPolicies declaration) throws SQLException {
        SchemaPlan plan = declaration.plan(reviewed.owner());
        plan.apply(reviewed.owner());
        letApplicationFallUnderPolicies();
        return plan;
    }

    void letApplicationFallUnderPolicies() {
        asAdministrator("grant authenticated to " + application());
    }

    ReviewedDatabase reviewed() {
        return reviewed;
    }

    String application() {
        return reviewed.application().getUser();
    }

    void asAdministrator(String sql) {
        reviewed.asAdministrator(sql);
    }

    /** How many rows the application sees for a tenant. */
    int rows(Tenant tenant, String table) throws SQLException {
        return Integer.parseInt(reviewed.query(tenant, "select count(*) from " + table));
    }

    String query(Tenant tenant, String sql) throws SQLException {
        return reviewed.query(tenant, sql);
    }

    int update(Tenant tenant, String sql) throws SQLException {
        return reviewed.update(tenant, sql);
    }

    /** What the first column of the first row says, seen by the administrator. */
    String catalog(String sql) throws SQLException {
        return reviewed.catalog(sql);
    }

    String dump() throws SQLException {
        try (Connection ignored = reviewed.owner().getConnection()) {
            return SchemaDump.of(reviewed.database().administrator());
        }
    }

    @Override
    public void close() {
        reviewed.close();
    }
}
