package io.tenantdatasource.it.policy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.policy.SchemaPlan;
import io.tenantdatasource.policy.SchemaPolicies;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;

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

    private final ReviewedDatabase reviewed;

    ShapesDatabase() {
        this(ReviewedSchema.SHAPES);
    }

    private ShapesDatabase(ReviewedSchema schema) {
        reviewed = new ReviewedDatabase(schema);
        asAdministrator("grant select, insert, update, delete on all tables in schema public to " + application());
    }

    /** A database to which the declaration has been applied. */
    static ShapesDatabase whereAllIsProtected() {
        ShapesDatabase database = new ShapesDatabase(ReviewedSchema.PROTECTED_SHAPES);
        database.letApplicationFallUnderPolicies();
        return database;
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

    /** All that the catalogue says, whatever the application is called. */
    List<String> dump() throws SQLException {
        return SchemaDump.of(reviewed.database().administrator())
                .lines()
                .map(line -> line.replace(application(), "application"))
                .sorted()
                .toList();
    }

    PGSimpleDataSource owner() {
        return reviewed.owner();
    }

    @Override
    public void close() {
        reviewed.close();
    }
}
