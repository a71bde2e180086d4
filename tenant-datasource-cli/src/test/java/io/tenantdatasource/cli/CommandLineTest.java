package io.tenantdatasource.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine.Help.Ansi;

/** What the commands print, and how they end, on a database that somebody else made. */
class CommandLineTest {

    private static final String ESCAPE = "\033";

    private static final DatabaseTemplate SCHEMA = DatabaseTemplate.of(owner -> {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    create table organizations (id uuid primary key);
                    create table projects (
                      id uuid primary key, organization_id uuid not null references organizations (id));
                    create table tasks (id uuid primary key, project_id uuid not null references projects (id));
                    create table "Countries" (code text primary key)""");
        }
    });

    @TempDir
    private Path folder;

    @AutoClose
    private TestDatabase database;

    private Ansi ansi = Ansi.AUTO;
    private String out;
    private String err;

    @BeforeEach
    void create() {
        database = SCHEMA.copy();
        database.execute("alter role " + database.owner().getUser() + " createrole");
        database.createUser("application");
        database.execute("grant select, insert, update, delete on all tables in schema public to "
                + database.application().getUser());
    }

    @Test
    void aPlanIsReadAndChangesNothing() throws IOException {
        assertThat(run("plan")).isEqualTo(Main.FOUND);
        assertThat(out).contains("tasks: by the rows that it names: project_id of projects", "OPEN Countries: whose");
        assertThat(policies()).isZero();

        assertThat(run("plan", "--global", "Countries")).isZero();
        assertThat(run("plan", "--global", "Countries", "--json")).isZero();
        assertThat(out).contains("\"table\": \"tasks\"");
        assertThat(run("plan", "--global", "Countries", "--format", "svg")).isZero();
        assertThat(out).startsWith("<svg");
        assertThat(policies()).isZero();
    }

    @Test
    void whatIsAppliedDoesNotDriftAndIsProvenAndUndone() {
        assertThat(run("apply", "--global", "Countries")).isZero();
        assertThat(out).contains("3 tables are protected");
        assertThat(policies()).isEqualTo(12);
        assertThat(run("drift", "--global", "Countries")).isZero();
        assertThat(run("check", "--global", "Countries")).isZero();

        database.execute("grant authenticated to " + database.application().getUser());
        assertThat(asAdministrator("prove", "--global", "Countries"))
                .as(out + err)
                .isZero();

        database.execute("alter policy tenant_select_policy on tasks using (true)");
        assertThat(run("drift", "--global", "Countries")).isEqualTo(Main.FOUND);
        assertThat(out).contains("tasks: policy tenant_select_policy on public.tasks was changed");
        assertThat(asAdministrator("prove", "--global", "Countries", "--scripts", folder.toString()))
                .isEqualTo(Main.FOUND);
        assertThat(out).contains("tasks", folder.resolve("01-tasks-select.sql").toString());

        assertThat(run("undo", "--global", "Countries")).isEqualTo(2);
        assertThat(policies()).isEqualTo(12);
        assertThat(run("undo", "--global", "Countries", "--yes")).isZero();
        assertThat(policies()).isZero();
    }

    @Test
    void aBuildFailsForWhatIsNewAlone() throws IOException {
        assertThat(run("apply")).isEqualTo(Main.FOUND);
        String baseline = folder.resolve("known.txt").toString();
        assertThat(run("check")).isEqualTo(Main.FOUND);
        assertThat(out).startsWith("TD001 Countries: ");
        assertThat(run("check", "--baseline", baseline, "--write-baseline")).isZero();
        assertThat(run("check", "--baseline", baseline)).isZero();

        database.execute("alter table tasks no force row level security");

        assertThat(run("check", "--baseline", baseline, "--format", "sarif")).isEqualTo(Main.FOUND);
        assertThat(out).contains("\"ruleId\": \"TD002\"").doesNotContain("Countries");
    }

    @Test
    void whatRowSecurityDoesNotDoForTheApplicationIsToldWithSqlThatMends() {
        String application = database.createUser("forgotten").getUser();
        database.execute("grant select on tasks to " + application);
        assertThat(run("apply", "--global", "Countries")).isZero();

        assertThat(run("check", "--global", "Countries", "--as", application)).isEqualTo(Main.FOUND);
        assertThat(out)
                .contains(
                        "no-policy public.tasks: row security is enabled", "    grant authenticated to " + application);
        assertThat(run("check", "--global", "Countries", "--as", application, "--json"))
                .isEqualTo(Main.FOUND);
        assertThat(out)
                .contains("\"page\": \"docs/database-check.md#no-policy\"", "\"mending\": \"grant authenticated to ");

        database.execute("grant authenticated to " + application);
        assertThat(run("check", "--global", "Countries", "--as", application))
                .as(out)
                .isZero();
        assertThat(run("check", "--global", "Countries", "--assume-role", "authenticated"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void migrationsAreTheSameUntilSomethingChanges(MigrationFiles.Tool tool) throws IOException {
        assertThat(run("plan", "--global", "Countries", "--for", tool.name(), "--folder", folder.toString()))
                .isZero();
        List<String> before = contents();
        assertThat(before).anySatisfy(file -> assertThat(file).contains("tenant_01_tasks.sql: "));
        database.execute("create table invoices (organization_id uuid references organizations (id));"
                + " alter table invoices owner to " + database.owner().getUser());

        run("plan", "--global", "Countries", "--for", tool.name(), "--folder", folder.toString());

        assertThat(contents().stream()
                        .filter(file -> !before.contains(file))
                        .map(file -> file.substring(0, file.indexOf(':'))))
                .contains(tool == MigrationFiles.Tool.FLYWAY ? "R__tenant_00_invoices.sql" : "tenant_00_invoices.sql")
                .allMatch(file -> file.matches("all.sql|changelog.xml|undo.sql.txt|.*invoices.sql"));
    }

    @Test
    void aPasswordIsNoArgument() {
        assertThat(Main.run(
                        ansi,
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(new StringWriter()),
                        "plan",
                        "--url",
                        "jdbc:postgresql://localhost/x?user=y&password=z",
                        "--tenants",
                        "organizations"))
                .isEqualTo(2);
    }

    @Test
    void aTableThatIsNotThereIsTold() {
        assertThat(run("plan", "--global", "countries")).isEqualTo(1);
        assertThat(err).contains("countries");
    }

    /** Nobody looks at this one: it is no terminal. */
    @Test
    void outputThatIsPipedHasNoColours() {
        for (String command : List.of("plan", "drift", "apply", "check")) {
            run(command);
            assertThat(out + err).as(command).isNotEmpty().doesNotContain(ESCAPE);
        }
        assertThat(run("plan", "--no-such-option")).isEqualTo(2);
        assertThat(err).contains("--no-such-option").doesNotContain(ESCAPE);
    }

    @Test
    void onATerminalWhatIsOpenIsRedAndWhatIsWellIsGreen() {
        ansi = Ansi.ON;
        run("plan");
        assertThat(out)
                .contains(ESCAPE + "[31mOPEN Countries: ")
                .doesNotContain(ESCAPE + "[32m")
                .endsWith(ESCAPE + "[0m\n");
        run("plan", "--global", "Countries");
        assertThat(out).startsWith(ESCAPE + "[32mSchema public").doesNotContain(ESCAPE + "[31m");
        run("plan", "--json");
        assertThat(out).doesNotContain(ESCAPE);
        run("apply");
        assertThat(out).contains(ESCAPE + "[32m3 tables are protected", ESCAPE + "[31mOPEN Countries");
        String forgotten = database.createUser("forgotten").getUser();
        database.execute("grant select on tasks to " + forgotten);
        run("check", "--as", forgotten);
        assertThat(out).contains(ESCAPE + "[31mTD001 Countries", ESCAPE + "[33mno-policy public.tasks");
        database.execute("grant authenticated to " + database.application().getUser());
        database.execute("alter policy tenant_select_policy on tasks using (true)");
        run("drift");
        assertThat(out).contains(ESCAPE + "[31mtasks: policy tenant_select_policy");
        asAdministrator("prove", "--global", "Countries");
        assertThat(out).contains(ESCAPE + "[31m");
    }

    @Test
    void coloursCanBeSwitchedOff() {
        ansi = Ansi.ON;
        run("plan", "--no-color");
        assertThat(out).contains("OPEN Countries").doesNotContain(ESCAPE);
        run("plan", "--no-such-option", "--no-color");
        assertThat(err).contains("--no-such-option").doesNotContain(ESCAPE);
        run("plan", "--no-such-option");
        assertThat(err).contains("--no-such-option", ESCAPE);
    }

    @Test
    void tablesAreGivenAColumnOfTheirOwn() {
        assertThat(run("apply", "--global", "Countries", "--own-column", "tasks"))
                .isZero();
        assertThat(run("drift", "--global", "Countries", "--own-column", "tasks"))
                .isZero();
        assertThat(run("plan", "--global", "Countries", "--own-column", "tasks"))
                .isZero();
        assertThat(out)
                .contains("tasks: by its column organization_id, which it is given, from project_id of projects");
        assertThat(run("undo", "--global", "Countries", "--own-column", "tasks", "--yes"))
                .isZero();

        assertThat(run("plan", "--global", "Countries", "--own-column", "tasks", "--own-column-called", "org"))
                .isZero();
        assertThat(out).contains("tasks: by its column org, which it is given");
        assertThat(run("plan", "--own-column", "Countries", "--own-column", "projects"))
                .isEqualTo(Main.FOUND);
        assertThat(out).contains("OPEN projects: it has a column for the organization already, organization_id");
    }

    private int run(String... command) {
        return run(database.owner(), command);
    }

    private int asAdministrator(String... command) {
        return run(database.administrator(), command);
    }

    private int run(PGSimpleDataSource user, String... command) {
        StringWriter printed = new StringWriter();
        StringWriter complained = new StringWriter();
        List<String> args = new ArrayList<>(List.of(command));
        args.addAll(1, List.of("--url", user.getURL(), "--user", user.getUser(), "--tenants", "organizations"));
        int status = Main.run(ansi, new PrintWriter(printed), new PrintWriter(complained), args.toArray(String[]::new));
        out = printed.toString();
        err = complained.toString();
        return status;
    }

    private int policies() {
        try (Connection connection = database.administrator().getConnection();
                Statement statement = connection.createStatement();
                var result = statement.executeQuery("select count(*) from pg_policy")) {
            result.next();
            return result.getInt(1);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> contents() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().map(CommandLineTest::content).toList();
        }
    }

    private static String content(Path file) {
        try {
            return file.getFileName() + ": " + Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
