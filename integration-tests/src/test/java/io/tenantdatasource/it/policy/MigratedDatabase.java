package io.tenantdatasource.it.policy;

import io.tenantdatasource.policy.SessionPolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.ds.PGSimpleDataSource;

/** The review's database, whose tables belong to a user who runs migrations of this database alone, and a maintenance role. */
final class MigratedDatabase implements AutoCloseable {

    static final String UPDATE = "update user_sessions set user_agent = 'migrated'";

    private final ReviewedDatabase reviewed = new ReviewedDatabase();
    private final PGSimpleDataSource migrator;
    private final String role;

    MigratedDatabase() {
        migrator = reviewed.database().createUser("migrator");
        // Roles belong to the whole server, so each database has its own.
        role = "maintenance_of_" + migrator.getUser();
        asAdministrator("alter role " + migrator.getUser() + " createrole");
        asAdministrator("grant create on database " + migrator.getDatabaseName() + " to " + migrator.getUser());
        asAdministrator("grant create on schema public to " + migrator.getUser());
        asAdministrator("alter table users owner to " + migrator.getUser());
        asAdministrator("alter table user_sessions owner to " + migrator.getUser());
    }

    static MigratedDatabase protectedWithMaintenanceRole() throws SQLException {
        MigratedDatabase database = new MigratedDatabase();
        database.policies().apply(database.migrator());
        return database;
    }

    SessionPolicies policies() {
        return SessionPolicies.throughUsers().maintenanceRole(role);
    }

    ReviewedDatabase reviewed() {
        return reviewed;
    }

    /** Connects as who owns the tables, may create roles, and is no superuser; to be changed at will. */
    PGSimpleDataSource migrator() {
        return migrator;
    }

    String role() {
        return role;
    }

    /** The same words make a member on 15, where whether it inherits is the member's. */
    String grant() throws SQLException {
        return "grant " + role + " to " + migrator.getUser() + (since16() ? " with inherit true" : "");
    }

    boolean since16() throws SQLException {
        return Integer.parseInt(catalog("show server_version_num")) >= 160000;
    }

    /** So that the migrator may assume the role, and inherits nothing of it. */
    void letTheMigratorAssumeTheRole() throws SQLException {
        if (since16()) {
            asMigrator("grant " + role + " to " + migrator.getUser() + " with inherit false");
        } else {
            asAdministrator("alter role " + migrator.getUser() + " noinherit");
            asMigrator("grant " + role + " to " + migrator.getUser());
        }
    }

    void asAdministrator(String sql) {
        reviewed.asAdministrator(sql);
    }

    /** Runs statements of which the last one is a change, and counts its rows. */
    int asMigrator(String... statements) throws SQLException {
        try (Connection connection = migrator.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            return statement.getUpdateCount();
        }
    }

    String catalog(String sql) throws SQLException {
        return reviewed.catalog(sql);
    }

    /** How many sessions a migration of data has reached. */
    String migrated() throws SQLException {
        return catalog("select count(*) from user_sessions where user_agent = 'migrated'");
    }

    @Override
    public void close() {
        asAdministrator("drop owned by " + migrator.getUser() + " cascade");
        asAdministrator("do $$ begin if exists (select from pg_roles where rolname = '%1$s') then".formatted(role)
                + " drop owned by %1$s; drop role %1$s; end if; end $$".formatted(role));
        reviewed.close();
    }
}
