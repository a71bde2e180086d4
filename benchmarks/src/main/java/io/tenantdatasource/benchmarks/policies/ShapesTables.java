package io.tenantdatasource.benchmarks.policies;

import io.tenantdatasource.benchmarks.policies.ShapesComparison.ShapesSizes;
import io.tenantdatasource.policy.SchemaPolicies;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** The tables of all shapes, in as many schemas as are to be compared, and an application that reads them. */
final class ShapesTables {

    private final TestDatabase database;
    private final ShapesSizes sizes;
    private final Progress progress;
    private final String role;
    private final PGSimpleDataSource application;

    ShapesTables(TestDatabase database, ShapesSizes sizes, Progress progress) {
        this.database = database;
        this.sizes = sizes;
        this.progress = progress;
        this.role = database.createUser("policies").getUser();
        this.application = database.createUser("application");
        database.execute("grant " + role + " to " + application.getUser());
    }

    /** What there is to be said of a schema. */
    SchemaPolicies declaration(String schema) {
        return SchemaPolicies.tenants("organizations")
                .schema(schema)
                .members("members")
                .role(role);
    }

    void create(String schema) throws SQLException {
        progress.start("Loading " + schema, 2);
        for (String file : List.of("shapes/tables.sql", "shapes/load.sql")) {
            try (Connection owner = database.administrator().getConnection();
                    Statement statement = owner.createStatement()) {
                owner.setAutoCommit(false);
                statement.execute(Sql.read(file)
                        .replace(":\"schema\"", schema)
                        .replace(":\"application\"", application.getUser())
                        .replace(":organizations", Integer.toString(sizes.organizations()))
                        .replace(":rows", Integer.toString(sizes.rows())));
                owner.commit();
            }
            progress.advance(1);
        }
    }

    /** The application's, which finds the tables of one schema. */
    Connection connection(String schema) throws SQLException {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(application.getURL());
        dataSource.setUser(application.getUser());
        dataSource.setPassword(application.getPassword());
        dataSource.setCurrentSchema(schema);
        // A statement on the server from the first execution on.
        dataSource.setPrepareThreshold(1);
        return dataSource.getConnection();
    }
}
