package io.tenantdatasource.it.policy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/** The reviewed database with invoices and their items beside the sessions. */
final class ItemsDatabase implements AutoCloseable {

    static final String ALL = "acme-anvil acme-rocket globex-laser nobody-at-all nobody-invoice";
    static final String OF_ACME = "acme-anvil acme-rocket";
    static final String OF_GLOBEX = "globex-laser";

    private final ReviewedDatabase reviewed = new ReviewedDatabase(ReviewedSchema.SESSIONS_AND_ITEMS);

    ItemsDatabase() {
        asAdministrator("grant select, insert, update, delete on items to " + application());
        asAdministrator("grant select on invoices to " + application());
    }

    /** Applies a migration, and lets the application fall under it. */
    void migrate(TablePolicies policies) throws SQLException {
        policies.apply(owner());
        asAdministrator("grant authenticated to " + application());
    }

    ReviewedDatabase reviewed() {
        return reviewed;
    }

    PGSimpleDataSource owner() {
        return reviewed.owner();
    }

    String application() {
        return reviewed.application().getUser();
    }

    void asAdministrator(String sql) {
        reviewed.asAdministrator(sql);
    }

    void asOwner(String sql) throws SQLException {
        reviewed.asOwner(sql);
    }

    String query(Tenant tenant, String sql) throws SQLException {
        return reviewed.query(tenant, sql);
    }

    int update(Tenant tenant, String sql) throws SQLException {
        return reviewed.update(tenant, sql);
    }

    /** The names that the application sees for a tenant in something that looks like items, in order. */
    String names(Tenant tenant, String relation) throws SQLException {
        return query(tenant, namesIn(relation));
    }

    String names(Tenant tenant) throws SQLException {
        return names(tenant, "items");
    }

    /** All names, seen by the administrator, whom no policy binds. */
    String allNames() throws SQLException {
        return catalog(namesIn("items"));
    }

    String catalog(String sql) throws SQLException {
        try (Connection connection = reviewed.database().administrator().getConnection()) {
            return ReviewedDatabase.first(connection, sql);
        }
    }

    String dump() throws SQLException {
        return SchemaDump.of(reviewed.database().administrator());
    }

    static String namesIn(String relation) {
        return "select string_agg(name, ' ' order by name) from " + relation;
    }

    @Override
    public void close() {
        reviewed.close();
    }
}
