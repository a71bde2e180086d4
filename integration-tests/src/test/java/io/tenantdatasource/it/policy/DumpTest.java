package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tenantdatasource.policy.DdlGuard;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.test.PostgresServer;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What {@code docs/data-migrations.md} says of dumps, with pg_dump and pg_restore as they are on the path. They dump no server that
 * is newer than they are, so these tests ask for one of their major.
 */
class DumpTest {

    private final String role = "maintenance_" + UUID.randomUUID().toString().replace("-", "");

    @TempDir
    private Path folder;

    private TestDatabase database;
    private TestDatabase restored;
    private PGSimpleDataSource owner;

    @BeforeEach
    void protect() throws SQLException, IOException {
        PostgresServer server = serverOfTheProgramsMajor();
        database = server.createDatabase();
        restored = server.createDatabase();
        owner = database.createUser("owner");
        database.execute("grant create on schema public to " + owner.getUser());
        restored.execute("grant create on schema public to " + owner.getUser());
        database.execute("alter role " + owner.getUser() + " createrole");
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement();
                InputStream schema = DumpTest.class.getResourceAsStream("review.sql")) {
            statement.execute(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
        }
        database.execute("create role " + role + " nologin");
        SessionPolicies.throughUsers().maintenanceRole(role).apply(owner);
    }

    @AfterEach
    void drop() {
        restored.execute("drop owned by " + role);
        database.execute("drop owned by " + role + "; drop role " + role);
        restored.execute("drop owned by " + owner.getUser());
        restored.close();
        database.execute("drop owned by " + owner.getUser());
        database.close();
    }

    private static PostgresServer serverOfTheProgramsMajor() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setUser("nobody");
        nowhere.setDatabaseName("none");
        String version = Psql.start(nowhere, "pg_dump", List.of("--version")).out();
        Matcher major = Pattern.compile("\\d+").matcher(version);
        assertThat(major.find()).as(version).isTrue();
        try {
            return PostgresServer.shared(Integer.parseInt(major.group()));
        } catch (IllegalArgumentException | IllegalStateException e) {
            assumeTrue(System.getenv("CI") != null, e.getMessage());
            throw e;
        }
    }

    private Psql.Result dump(PGSimpleDataSource user, String... options) {
        List<String> all = new ArrayList<>(List.of("-Fc", "-f", file()));
        all.addAll(List.of(options));
        return Psql.start(user, "pg_dump", all);
    }

    private Psql.Result restore(PGSimpleDataSource user, String... options) {
        PGSimpleDataSource into = restored.administrator();
        into.setUser(user.getUser());
        into.setPassword(user.getPassword());
        List<String> all = new ArrayList<>(List.of(options));
        all.add(file());
        return Psql.start(into, "pg_restore", all);
    }

    private String file() {
        return folder.resolve("dump").toString();
    }

    private String rowsRestored() throws SQLException {
        try (Connection connection = restored.administrator().getConnection()) {
            return ReviewedDatabase.first(
                    connection,
                    "select (select count(*) from users) || ' users, ' || (select count(*) from user_sessions) || ' sessions'");
        }
    }

    @Test
    void theBoundOwnersFails() {
        Psql.Result result = dump(owner);

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .contains("query would be affected by row-level security policy for table \"user_sessions\"");
    }

    /** The trap: a status of success, and a table without rows. */
    @Test
    void withRowSecurityTheBoundOwnersLacksTheProtectedRows() throws SQLException {
        dump(owner, "--enable-row-security").requireSuccess();
        restore(restored.administrator()).requireSuccess();

        assertThat(rowsRestored()).isEqualTo("3 users, 0 sessions");
    }

    @Test
    void aSuperusersIsWhole() throws SQLException {
        dump(database.administrator()).requireSuccess();
        restore(restored.administrator()).requireSuccess();

        assertThat(rowsRestored()).isEqualTo("3 users, 6 sessions");
    }

    @Test
    void thatOfARoleWithBypassrlsIsWhole() throws SQLException {
        PGSimpleDataSource backup = database.createUser("backup");
        database.execute("alter role " + backup.getUser() + " bypassrls");
        database.execute("grant pg_read_all_data to " + backup.getUser());
        dump(backup).requireSuccess();
        restore(restored.administrator()).requireSuccess();

        assertThat(rowsRestored()).isEqualTo("3 users, 6 sessions");
    }

    @Test
    void theMaintenanceRolesIsWholeWithRowSecurityAlone() throws SQLException {
        database.execute("grant " + role + " to " + owner.getUser());
        assertThat(dump(owner).err()).contains("query would be affected by row-level security policy");

        dump(owner, "--enable-row-security").requireSuccess();
        restore(restored.administrator()).requireSuccess();

        assertThat(rowsRestored()).isEqualTo("3 users, 6 sessions");
    }

    /** Policies come after the rows. */
    @Test
    void anEmptyDatabaseIsRestoredByTheOwner() throws SQLException {
        dump(database.administrator()).requireSuccess();
        restore(owner, "--exit-on-error").requireSuccess();

        assertThat(rowsRestored()).isEqualTo("3 users, 6 sessions");
        try (Connection connection = restored.administrator().getConnection()) {
            assertThat(
                            ReviewedDatabase.first(
                                    connection,
                                    "select count(*) from pg_policy where obj_description(oid, 'pg_policy') like 'tenant-datasource: %'"))
                    .isEqualTo("6");
            assertThat(ReviewedDatabase.first(
                            connection, "select relforcerowsecurity from pg_class where relname = 'user_sessions'"))
                    .isEqualTo("t");
        }
    }

    @Test
    void rowsAloneAreRestoredIntoProtectedTablesByInserts() throws SQLException {
        dump(database.administrator(), "--schema-only").requireSuccess();
        restore(owner).requireSuccess();
        database.execute("grant " + role + " to " + owner.getUser());

        dump(database.administrator(), "--data-only").requireSuccess();
        assertThat(restore(owner, "--enable-row-security", "-t", "user_sessions")
                        .err())
                .contains("COPY FROM not supported with row-level security");

        dump(database.administrator(), "--data-only", "--inserts").requireSuccess();
        restore(owner, "--enable-row-security").requireSuccess();
        assertThat(rowsRestored()).isEqualTo("3 users, 6 sessions");
    }

    /** Event triggers come last in a dump, and go first where it drops what is there. */
    @Test
    void aGuardedDatabaseIsRestoredAndGuarded() throws SQLException {
        database.execute("grant select on user_sessions to authenticated");
        DdlGuard.refusing().apply(database.administrator());
        dump(database.administrator()).requireSuccess();

        restore(restored.administrator(), "--exit-on-error").requireSuccess();
        restore(restored.administrator(), "--exit-on-error", "--clean").requireSuccess();

        assertThat(rowsRestored()).isEqualTo("3 users, 6 sessions");
        assertThatThrownBy(() -> restored.execute("alter table user_sessions disable row level security"))
                .rootCause()
                .hasMessageContaining("public.user_sessions (policy-without-row-security)");
    }
}
