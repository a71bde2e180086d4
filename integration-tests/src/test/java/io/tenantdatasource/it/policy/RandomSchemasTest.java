package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.policy.SchemaPlan;
import io.tenantdatasource.policy.SchemaPolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Whole schemas that nobody thought of: each table shows a tenant its rows and no others, takes what it may write, and nothing
 * that names a foreign row; with columns for the organization that tables are given, in every other one. {@code -Dschemas.first}, {@code -Dschemas.count} and {@code -Dschemas.tables} choose them.
 */
class RandomSchemasTest {

    private static final String SETTING = "app.organization_ids";
    private static final SchemaPolicies DECLARATION =
            SchemaPolicies.tenants("organizations").members("members");
    private static final SchemaPolicies READING_SEVERAL = DECLARATION.organizationsSetting(SETTING);
    private static final Tenant ONE = Tenant.of("1");
    private static final Tenant ONE_READING_TWO = ONE.reading("2");

    static LongStream seeds() {
        long first = Long.getLong("schemas.first", 1);
        return LongStream.range(first, first + Long.getLong("schemas.count", 6));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void eachTableIsItsTenantsAlone(long seed) throws SQLException {
        RandomTables tables = new RandomTables(seed, Integer.getInteger("schemas.tables", 14));
        try (TestDatabase database = DatabaseTemplate.of(owner -> execute(owner.getConnection(), tables.ddl()))
                .copy()) {
            database.execute("alter role " + database.owner().getUser() + " createrole");
            PGSimpleDataSource user = database.createUser("application");
            String application = user.getUser();
            List<String> before =
                    SchemaDump.of(database.administrator()).lines().toList();
            long start = System.nanoTime();
            SchemaPlan plan =
                    (seed % 2 == 0 ? withOwnColumns(database.owner(), tables) : DECLARATION).plan(database.owner());
            System.out.printf("schema %d: planned in %d ms%n", seed, (System.nanoTime() - start) / 1_000_000);

            assertThat(plan.open()).isEmpty();
            assertThat(plan.protectedTables()).containsAll(tables.names());
            plan.apply(database.owner());
            assertThat(plan.drift(database.owner())).isEmpty();

            database.execute("grant authenticated to " + application);
            database.execute("grant select, insert, update, delete on all tables in schema public to " + application);
            showsAndChanges(user, tables, ONE, 1);
            deletesItsOwnAlone(database.administrator(), application, tables);
            if (seed % 2 != 0) {
                letsReadSeveral(database.owner(), user, tables, plan);
            }
            database.execute("revoke all on all tables in schema public from " + application);

            plan.undo(database.owner());
            assertThat(SchemaDump.of(database.administrator()).lines()).containsExactlyElementsOf(before);
        }
    }

    private static void letsReadSeveral(DataSource owner, DataSource application, RandomTables tables, SchemaPlan ofOne)
            throws SQLException {
        SchemaPlan several = READING_SEVERAL.plan(owner);
        assertThat(several.protectedTables()).isEqualTo(ofOne.protectedTables());
        several.apply(owner);
        assertThat(several.drift(owner)).isEmpty();
        showsAndChanges(application, tables, ONE, 1);
        showsAndChanges(application, tables, ONE_READING_TWO, 1, 2);
        assertThat(ofOne.drift(owner)).isNotEmpty();
    }

    /** All that can be given one. */
    private static SchemaPolicies withOwnColumns(DataSource owner, RandomTables tables) throws SQLException {
        SchemaPolicies declaration = DECLARATION;
        List<String> given = new ArrayList<>();
        for (String table : tables.names()) {
            SchemaPolicies more = declaration.through(table, "k0").ownColumn(table);
            if (more.plan(owner).open().isEmpty()) {
                declaration = more;
                given.add(table);
            }
        }
        System.out.printf("%s are given a column%n", given);
        return declaration;
    }

    /** Whatever goes with a row that ends. */
    private static void deletesItsOwnAlone(DataSource administrator, String application, RandomTables tables)
            throws SQLException {
        try (Connection connection = administrator.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            String before = ReviewedDatabase.first(connection, tables.rowsOfTheOther());
            for (String table : tables.names()) {
                statement.execute("set local role " + application + "; set local app.organization_id = '1'");
                String outcome = "0";
                statement.execute("savepoint before_it");
                try {
                    outcome = String.valueOf(statement.executeUpdate("delete from " + table));
                    statement.execute("set constraints all immediate");
                } catch (SQLException e) {
                    outcome = e.getSQLState();
                    statement.execute("rollback to savepoint before_it");
                }
                statement.execute("reset role");
                assertThat(outcome).as(table).isIn("2", "3", "23503");
                assertThat(ReviewedDatabase.first(connection, tables.rowsOfTheOther()))
                        .as(table)
                        .isEqualTo(before);
                connection.rollback();
            }
        }
    }

    /** Whatever it reads, it changes its own, and names no foreign row. */
    private static void showsAndChanges(
            DataSource application, RandomTables tables, Tenant tenant, int... organizations) throws SQLException {
        try (TenantDataSource bound = TenantDataSource.builder(application)
                        .organizationsSetting(SETTING)
                        .build();
                TenantContext.Scope scope = TenantContext.open(tenant);
                Connection connection = bound.getConnection()) {
            connection.setAutoCommit(false);
            for (String table : tables.names()) {
                assertThat(ReviewedDatabase.first(
                                connection, "select string_agg(id::text, ' ' order by id) from " + table))
                        .as(table)
                        .isEqualTo(tables.shown(table, organizations));
            }
            for (Map.Entry<String, Integer> write : tables.ownWrites().entrySet()) {
                assertThat(outcome(connection, write.getKey()))
                        .as(write.getKey())
                        .isEqualTo(write.getValue().toString());
            }
            for (String forgery : tables.forgeries()) {
                assertThat(outcome(connection, forgery)).as(forgery).isEqualTo("42501");
            }
        }
    }

    /** Rolled back. Checks that wait for the end of the transaction are made at once. */
    private static String outcome(Connection connection, String write) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int rows = statement.executeUpdate(write);
            statement.execute("set constraints all immediate");
            return String.valueOf(rows);
        } catch (SQLException e) {
            return e.getSQLState();
        } finally {
            connection.rollback();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
