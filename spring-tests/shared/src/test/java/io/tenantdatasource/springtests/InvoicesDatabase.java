package io.tenantdatasource.springtests;

import io.tenantdatasource.policy.TablePolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What the application connects to, one for each application context.
 *
 * @param database the copy
 * @param application whom row security binds
 */
record InvoicesDatabase(TestDatabase database, PGSimpleDataSource application) implements AutoCloseable {

    private static final DatabaseTemplate SCHEMA = schema();

    private static DatabaseTemplate schema() {
        try (TestDatabase any = TestDatabase.create()) {
            any.execute(resource("/authenticated.sql"));
        }
        return DatabaseTemplate.of(owner -> {
            execute(owner, resource("/invoices.sql"));
            TablePolicies.ownColumn("invoices").apply(owner);
        });
    }

    static InvoicesDatabase create() {
        TestDatabase database = SCHEMA.copy();
        PGSimpleDataSource application = database.createUser("app");
        database.execute("grant authenticated to " + application.getUser());
        return new InvoicesDatabase(database, application);
    }

    /** Everybody's that are committed, as the administrator sees them. */
    List<String> titles() throws SQLException {
        try (Connection connection = database.administrator().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select title from invoices order by id")) {
            List<String> titles = new ArrayList<>();
            while (rows.next()) {
                titles.add(rows.getString(1));
            }
            return titles;
        }
    }

    void clear() {
        database.execute("delete from invoices");
    }

    @Override
    public void close() {
        database.close();
    }

    private static void execute(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String resource(String name) {
        try (InputStream stream = InvoicesDatabase.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " could not be read", e);
        }
    }
}
