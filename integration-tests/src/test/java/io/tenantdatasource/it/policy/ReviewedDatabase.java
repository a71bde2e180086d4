package io.tenantdatasource.it.policy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;

/** A database as the review found it: an owner who is no superuser, and an application that owns nothing. */
public final class ReviewedDatabase implements AutoCloseable {

    public static final Tenant ACME = Tenant.of(UUID.fromString("ac3e0000-0000-4000-8000-000000000001"));
    public static final Tenant GLOBEX = Tenant.of(UUID.fromString("610be000-0000-4000-8000-000000000002"));
    public static final UUID ALICE = UUID.fromString("a11ce000-0000-4000-8000-000000000000");
    public static final UUID BOB = UUID.fromString("b0b00000-0000-4000-8000-000000000000");
    public static final UUID CAROL = UUID.fromString("ca401000-0000-4000-8000-000000000000");

    private final TestDatabase database;
    private final PGSimpleDataSource application;
    private final TenantDataSource bound;

    ReviewedDatabase() {
        this(ReviewedSchema.SESSIONS);
    }

    ReviewedDatabase(ReviewedSchema schema) {
        database = schema.copy();
        application = database.createUser("application");
        bound = TenantDataSource.builder(application)
                .organizationsSetting("app.organization_ids")
                .build();
        asAdministrator("grant create on database " + application.getDatabaseName() + " to " + owner().getUser());
        asAdministrator("grant select on users to " + application.getUser());
        asAdministrator("grant select, insert, update, delete on user_sessions to " + application.getUser());
    }

    /** Applies a migration, and lets the application fall under it. */
    void migrate(SessionPolicies policies) throws SQLException {
        policies.apply(owner());
        letApplicationFallUnderPolicies();
    }

    private void letApplicationFallUnderPolicies() {
        asAdministrator("grant authenticated to " + application.getUser());
    }

    /** A database that a solution protects. */
    public static ReviewedDatabase protectedBy(Solution solution) {
        ReviewedDatabase database = new ReviewedDatabase(ReviewedSchema.protectedBy(solution));
        database.letApplicationFallUnderPolicies();
        return database;
    }

    /** Connects as the owner, who owns all copies of a schema; to be changed at will. */
    public PGSimpleDataSource owner() {
        return database.owner();
    }

    public PGSimpleDataSource application() {
        return application;
    }

    /** The application's connections, each bound to the tenant of the context. */
    public TenantDataSource bound() {
        return bound;
    }

    public TestDatabase database() {
        return database;
    }

    public void asAdministrator(String sql) {
        database.execute(sql);
    }

    public void asOwner(String sql) throws SQLException {
        try (Connection connection = owner().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Runs a script as a migration tool does: in one transaction. */
    void inOneTransaction(PGSimpleDataSource user, String sql) throws SQLException {
        try (Connection connection = user.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(sql);
            connection.commit();
        }
    }

    /** What the first column of the first row says, seen by the administrator, whom no policy binds. */
    public String catalog(String sql) throws SQLException {
        try (Connection connection = database.administrator().getConnection()) {
            return first(connection, sql);
        }
    }

    /** What the first column of the first row says, seen by the application for a tenant. */
    public String query(Tenant tenant, String sql) throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(tenant);
                Connection connection = bound.getConnection()) {
            return first(connection, sql);
        }
    }

    /** The tokens that the application sees for a tenant, in order. */
    public String tokens(Tenant tenant) throws SQLException {
        return query(tenant, "select string_agg(session_token, ' ' order by session_token) from user_sessions");
    }

    public int update(Tenant tenant, String sql) throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(tenant);
                Connection connection = bound.getConnection();
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    /** All tokens, seen by the administrator, whom no policy binds. */
    public String allTokens() throws SQLException {
        return catalog("select string_agg(session_token, ' ' order by session_token) from user_sessions");
    }

    public static String first(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getString(1) : null;
        }
    }

    @Override
    public void close() {
        bound.close();
        database.close();
    }
}
