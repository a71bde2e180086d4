package io.tenantdatasource.test.conformance;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import org.postgresql.PGConnection;

/** For whom statements run, whichever way they are run. */
final class Statements {

    private static final String COUNT = "select count(*) from note";
    private static final String OF_ACME = "3";
    private static final String OF_GLOBEX = "4";

    /** From the fifth execution on pgjdbc lets the server prepare a statement, and sends it in another way. */
    private static final int EXECUTIONS = 7;

    private Statements() {}

    static void plain(Bench bench) throws SQLException {
        bench.asAcmeInEachMode((connection, mode) -> {
            bench.assertRanFor(ACME, Sql.query(connection, bench.whom()), "A plain statement " + mode);
            bench.assertFound(
                    OF_ACME,
                    Sql.query(connection, COUNT),
                    Verdict.RAN_FOR_ANOTHER,
                    "The number of rows that acme saw " + mode);
        });
    }

    static void prepared(Bench bench) throws SQLException {
        bench.asAcmeInEachMode((connection, mode) -> {
            try (PreparedStatement statement = connection.prepareStatement(bench.whom() + " where 1 = ?")) {
                for (int i = 1; i <= EXECUTIONS; i++) {
                    statement.setInt(1, 1);
                    try (ResultSet result = statement.executeQuery()) {
                        bench.assertRanFor(
                                ACME, Sql.only(result), "Execution " + i + " of a prepared statement " + mode);
                    }
                }
            }
        });
    }

    static void called(Bench bench) throws SQLException {
        bench.asAcmeInEachMode((connection, mode) -> {
            try (CallableStatement call = connection.prepareCall("{ ? = call organization() }")) {
                call.registerOutParameter(1, Types.VARCHAR);
                call.execute();
                bench.assertRanFor(ACME, call.getString(1), "A function that was called " + mode);
            }
        });
    }

    static void batch(Bench bench) throws SQLException {
        bench.asAcmeInEachMode((connection, mode) -> {
            try (PreparedStatement insert = connection.prepareStatement("insert into entry (text) values (?)")) {
                for (int i = 0; i < 3; i++) {
                    insert.setString(1, mode);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            assertWrittenForAcme(bench, connection, mode, "An entry of a batch " + mode);
        });
    }

    static void generatedKeys(Bench bench) throws SQLException {
        bench.asAcmeInEachMode((connection, mode) -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into entry (text) values (?)", new String[] {"seen"})) {
                insert.setString(1, mode);
                insert.executeUpdate();
                try (ResultSet keys = insert.getGeneratedKeys()) {
                    bench.assertRanFor(ACME, Sql.only(keys), "An insert with generated keys " + mode);
                }
            }
        });
    }

    static void insertedRow(Bench bench) throws SQLException {
        bench.asAcmeInEachMode((connection, mode) -> {
            try (Statement statement =
                            connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
                    ResultSet entries = statement.executeQuery("select id, text from entry where false")) {
                entries.moveToInsertRow();
                entries.updateString("text", mode);
                entries.insertRow();
            }
            assertWrittenForAcme(bench, connection, mode, "A row that a result set inserted " + mode);
        });
    }

    /** By another session, so that the look itself depends on no wrapper. */
    private static void assertWrittenForAcme(Bench bench, Connection connection, String text, String what)
            throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
        String writtenFor = bench.asAdministrator(
                "select string_agg(distinct coalesce(seen, ''), ', ') from {user}.entry where text = "
                        + Sql.literal(text));
        bench.assertRanFor(ACME, writtenFor, what);
    }

    static void cursor(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(2);
                try (ResultSet result = statement.executeQuery(bench.whom() + " from generate_series(1, 7)")) {
                    while (result.next()) {
                        bench.assertRanFor(ACME, result.getString(1), "A query that fetches two rows at a time");
                    }
                }
            }
        });
    }

    static void ofAStatement(Bench bench) throws SQLException {
        bench.asAcmeInEachMode((connection, mode) -> {
            try (Statement statement = connection.createStatement()) {
                String seen = Sql.query(statement.getConnection(), bench.whom());
                bench.assertRanFor(ACME, seen, "A query on a statement's getConnection() " + mode);
            }
        });
    }

    static void ofMetaData(Bench bench) throws SQLException {
        bench.asAcmeInEachMode((connection, mode) -> {
            String seen = Sql.query(connection.getMetaData().getConnection(), bench.whom());
            bench.assertRanFor(ACME, seen, "A query on the metadata's getConnection() " + mode);
        });
    }

    static void unwrapped(Bench bench) throws SQLException {
        bench.asAcmeInEachMode((connection, mode) -> {
            Connection driversOwn = (Connection) connection.unwrap(PGConnection.class);
            String seen = Sql.query(driversOwn, bench.whom());
            bench.assertRanFor(ACME, seen, "A query on the driver's connection that unwrap gave " + mode);
        });
    }

    static void forNobody(Bench bench) throws SQLException {
        bench.asNobody(connection -> {
            bench.assertRanForNobody(Sql.query(connection, bench.whom()), "A query of code that has no tenant");
            bench.assertFound(
                    "0", Sql.query(connection, COUNT), Verdict.RAN_FOR_ANOTHER, "The number of rows that nobody saw");
        });
    }

    static void quotes(Bench bench) throws SQLException {
        Tenant odd = Tenant.of("o'neill \\ \" $1 ? --");
        bench.as(odd, connection -> {
            String seen = Sql.query(connection, bench.whom());
            bench.assertRanFor(odd, seen, "A query of a tenant whose id has quotes in it");
        });
    }

    static void nextTenant(Bench bench) throws SQLException {
        bench.as(ACME, connection -> Sql.query(connection, COUNT));
        bench.as(GLOBEX, connection -> {
            bench.assertRanFor(GLOBEX, Sql.query(connection, bench.whom()), "The first query of the next checkout");
            bench.assertFound(
                    OF_GLOBEX,
                    Sql.query(connection, COUNT),
                    Verdict.RAN_FOR_ANOTHER,
                    "The number of rows that globex saw after acme");
        });
    }

    static void nextNobody(Bench bench) throws SQLException {
        bench.as(ACME, connection -> Sql.query(connection, COUNT));
        bench.asNobody(connection -> bench.assertRanForNobody(
                Sql.query(connection, bench.whom()), "The first query of a checkout for nobody, after acme's,"));
    }

    /** To be refused is as good as to run for the new tenant: either way the former one's rows are not shown. */
    static void switched(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            Sql.query(connection, COUNT);
            try (TenantContext.Scope scope = TenantContext.open(GLOBEX)) {
                String seen = Sql.query(connection, bench.whom());
                if (!Bench.isNobody(seen)) {
                    bench.assertRanFor(GLOBEX, seen, "A query of code that had switched to globex in acme's checkout");
                }
            } catch (SQLException e) {
                return;
            }
        });
    }

    static void closed(Bench bench) throws SQLException {
        Connection[] kept = new Connection[1];
        Statement[] keptStatement = new Statement[1];
        bench.as(ACME, connection -> {
            kept[0] = connection;
            keptStatement[0] = connection.createStatement();
            Sql.query(connection, COUNT);
        });
        bench.as(GLOBEX, connection -> {
            Sql.query(connection, COUNT);
            assertRefused(() -> Sql.query(kept[0], bench.whom()), "A query on a connection that was closed");
            assertRefused(
                    () -> Sql.only(keptStatement[0].executeQuery(bench.whom())),
                    "A statement of a connection that was closed");
        });
    }

    /** What asks for whom it runs. */
    private interface Query {
        String run() throws SQLException;
    }

    private static void assertRefused(Query query, String what) {
        String seen;
        try {
            seen = query.run();
        } catch (SQLException e) {
            return;
        }
        throw new BrokenPromise(
                Verdict.RAN_FOR_ANOTHER, what + " ran for " + Bench.nameOf(seen) + ", but was to be refused");
    }
}
