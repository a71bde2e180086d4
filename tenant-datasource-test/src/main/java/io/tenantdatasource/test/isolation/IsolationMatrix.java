package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.TestDatabase;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * Tries what tenants must not do with each other's rows, in every table, view and function of a database, and says what got
 * through, why, and what closes it.
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicNode> isolates(TestDatabase database) {
 *     return IsolationMatrix.of(database).global("countries").tests();
 * }
 * }</pre>
 *
 * <p>Tables, views, functions that run with their owner's rights, and roles are found in the catalogue. A row of each table is
 * made for each tenant, out of what the catalogue says of types, references, checks and keys. Whose a row is, its column {@code
 * organization_id} says, or the row that it refers to. Then each role tries all of {@link Attempt} on each tenant's rows: for
 * each other tenant, for none, and, as a check, for the tenant itself. What gets through is mended in one place after the other
 * and tried again, which tells the cause.
 *
 * <p>All of it is one transaction that is rolled back: the database stays as it was. It takes locks as {@code ALTER TABLE} does
 * where something is open, so it is for test databases.
 *
 * <p>Of each row there are copies with other values: what is null filled, what is true false, and what policies, views and
 * functions compare a column with, so that a hole for some rows is found.
 *
 * <p>What it cannot see:
 *
 * <ul>
 *   <li>rights that are granted later; a tenant that is told by something else than the setting;
 *   <li>that a key exists, which unique indexes and foreign keys tell everybody;
 *   <li>holes for rows whose columns hold two special values at once, or a value that is computed, or read from another table;
 *   <li>what a foreign key of one's own rows does to those of others that refer to them, such as {@code ON DELETE CASCADE};
 *   <li>inserting through a view that renames columns, or joins;
 *   <li>functions whose arguments have to be something else than what rows hold, such as a composite type or a pattern;
 *   <li>what sequences, large objects, and tables that have no organization and are granted to nobody show through views and
 *       functions;
 *   <li>what a role sets for itself at log-in ({@code ALTER ROLE … SET}), and, without a {@link TestDatabase}, a user who was
 *       granted nothing but several roles.
 * </ul>
 *
 * <p>Immutable; each wither returns another one. No argument may be null ({@link NullPointerException}).
 */
public final class IsolationMatrix {

    private final DataSource administrator;
    private final MatrixSettings settings;

    private IsolationMatrix(DataSource administrator, MatrixSettings settings) {
        this.administrator = administrator;
        this.settings = settings;
    }

    /**
     * The matrix of a test database.
     *
     * @param database with its schema; the users that it created are tried, too
     * @return the matrix
     */
    public static IsolationMatrix of(TestDatabase database) {
        return new IsolationMatrix(database.administrator(), MatrixSettings.of(usersOf(database)));
    }

    /** The application's user, who is created by being asked for, may have no more than what is granted to everybody. */
    private static List<String> usersOf(TestDatabase database) {
        String application = database.application().getUser();
        return Stream.concat(database.users().stream(), Stream.of(application))
                .distinct()
                .toList();
    }

    /**
     * The matrix of any other database for tests.
     *
     * @param administrator unpooled, since the session must not have been told a tenant before; connects as a superuser, who
     *     can write rows for each tenant and become each role
     * @return the matrix
     */
    public static IsolationMatrix of(DataSource administrator) {
        Objects.requireNonNull(administrator, "administrator is null");
        return new IsolationMatrix(administrator, MatrixSettings.of(List.of()));
    }

    /**
     * Names tables whose rows are everybody's, such as countries; they are not tried.
     *
     * @param tables as they stand in the catalogue, with their schema if that is not {@code public}
     * @return another matrix
     */
    public IsolationMatrix global(String... tables) {
        return with(settings.withGlobalTables(List.of(tables)));
    }

    /**
     * Names tables that say who belongs to which organizations. What they refer to, and has no organization, is a user: shown to
     * each of their organizations, whether these can make and delete them or not.
     *
     * @param tables as they stand in the catalogue, with their schema if that is not {@code public}
     * @return another matrix
     */
    public IsolationMatrix members(String... tables) {
        return with(settings.withMembers(List.of(tables)));
    }

    /**
     * Names views and functions that are meant to show more, such as a log-in; they are not tried.
     *
     * @param objects a view as it stands in the catalogue, a function with its arguments, as a {@link Cell} calls it: {@code
     *     find_session(token text)}
     * @return another matrix
     */
    public IsolationMatrix trusting(String... objects) {
        return with(settings.withTrusted(List.of(objects)));
    }

    /**
     * Names roles that are meant to work for all tenants, such as one that cleans up; they are not tried.
     *
     * @param roles as they stand in the catalogue
     * @return another matrix
     */
    public IsolationMatrix trustingRoles(String... roles) {
        return with(settings.withTrustedRoles(List.of(roles)));
    }

    /**
     * Names the tenants, where the ids have to be others than those of {@code acme} and {@code globex}.
     *
     * @param tenants two or more
     * @return another matrix
     * @throws IllegalArgumentException if there are fewer, or if one is narrowed to a user or reads several organizations
     */
    public IsolationMatrix tenants(Tenant... tenants) {
        List<Tenant> distinct = Stream.of(tenants).distinct().toList();
        if (distinct.size() < 2
                || distinct.stream()
                        .anyMatch(t -> t.userId() != null || !t.alsoReads().isEmpty())) {
            throw new IllegalArgumentException(
                    "A matrix needs two organizations or more, none of their users, and none that reads others");
        }
        return with(settings.withTenants(distinct));
    }

    /**
     * Names the setting that the policies read.
     *
     * @param name by default {@code app.organization_id}
     * @return another matrix
     */
    public IsolationMatrix organizationSetting(String name) {
        return with(settings.withOrganizationSetting(Objects.requireNonNull(name, "name is null")));
    }

    /**
     * Names the column that says whose a row is.
     *
     * @param name by default {@code organization_id}
     * @return another matrix
     */
    public IsolationMatrix organizationColumn(String name) {
        return with(settings.withOrganizationColumn(Objects.requireNonNull(name, "name is null")));
    }

    /**
     * Gives a value for a column where the catalogue does not say enough, such as an IBAN that a function checks.
     *
     * @param table as it stands in the catalogue, with its schema if that is not {@code public}
     * @param column its name
     * @param value as PostgreSQL reads it
     * @return another matrix
     */
    public IsolationMatrix value(String table, String column, String value) {
        return with(settings.withValue(table + "." + column, value));
    }

    private IsolationMatrix with(MatrixSettings other) {
        return new IsolationMatrix(administrator, other);
    }

    /**
     * Tries everything.
     *
     * @return what came of it
     * @throws IllegalArgumentException if something was named that is not there
     * @throws IllegalStateException if the database cannot be tried at all, as the administrator is none, or if nothing in it
     *     belongs to tenants
     */
    public IsolationReport run() {
        try (Session session = Session.begin(administrator, settings.organizationSetting())) {
            return new IsolationReport(MatrixRun.of(settings, session));
        } catch (SQLException e) {
            throw new IllegalStateException("The isolation of the database could not be tried: " + e.getMessage(), e);
        }
    }

    /**
     * Tries everything, for a {@code @TestFactory}.
     *
     * @return a container for each table, view, function and role, with a test for each cell that something was granted for
     */
    public Stream<DynamicNode> tests() {
        Map<String, List<Cell>> byTarget = run().cells().stream()
                .filter(cell -> cell.verdict() != Verdict.NOT_GRANTED)
                .collect(Collectors.groupingBy(Cell::target, LinkedHashMap::new, Collectors.toList()));
        return byTarget.entrySet().stream()
                .map(target -> DynamicContainer.dynamicContainer(
                        target.getKey(), target.getValue().stream().map(IsolationMatrix::test)));
    }

    private static DynamicNode test(Cell cell) {
        return DynamicTest.dynamicTest(cell.name(), () -> {
            if (cell.verdict().isFailure()) {
                throw new AssertionError(cell.toString());
            }
        });
    }
}
