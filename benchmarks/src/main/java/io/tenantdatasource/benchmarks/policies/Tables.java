package io.tenantdatasource.benchmarks.policies;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/** The users and the sessions that one protection guards. */
final class Tables {

    private static final int ROWS_AT_ONCE = 50_000;

    private final Protection protection;
    private final PGSimpleDataSource owner;
    private final Sizes sizes;
    private final Progress progress;

    Tables(Protection protection, PGSimpleDataSource owner, Sizes sizes, Progress progress) {
        this.protection = protection;
        this.owner = owner;
        this.owner.setCurrentSchema(protection.schema());
        this.sizes = sizes;
        this.progress = progress;
    }

    /**
     * Creates and fills them, and only then protects them, for an owner whom forced policies bind could fill nothing.
     *
     * @param role whom the policies are for
     * @param application who reads the tables
     */
    void create(String role, String application) throws SQLException {
        try (Connection connection = owner.getConnection()) {
            progress.start("Loading for " + protection.label(), (long) sizes.users() + sizes.sessions());
            Sql.run(connection, "tables.sql", Map.of("schema", protection.schema(), "application", application));
            load(connection, "load-users.sql", sizes.users(), sizes.organizations());
            load(connection, "load-sessions.sql", sizes.sessions(), sizes.users());
            progress.start("Indexing and protecting", 3);
            Sql.run(connection, "indexes.sql", Map.of());
            progress.advance(1);
            protection.apply(owner, role);
            progress.advance(1);
            // Without it the planner knows nothing of the rows, and indexes alone do not answer.
            Sql.run(connection, "vacuum-sessions.sql", Map.of());
            Sql.run(connection, "vacuum-users.sql", Map.of());
            progress.advance(1);
        }
    }

    /** Both files take the numbers of the first row and the last, and among how many owners to share the rows. */
    private void load(Connection connection, String file, int rows, int owners) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(Sql.read(file))) {
            for (int first = 1; first <= rows; first += ROWS_AT_ONCE) {
                int last = Math.min(first + ROWS_AT_ONCE - 1, rows);
                statement.setInt(1, owners);
                statement.setInt(2, first);
                statement.setInt(3, last);
                progress.advance(statement.executeUpdate());
            }
        }
    }

    Samples samples() throws SQLException {
        try (Connection connection = owner.getConnection()) {
            return new Samples(
                    Sample.ofUser(connection, sizes.smallUser()), Sample.ofUser(connection, sizes.largeUser()));
        }
    }
}
