package io.tenantdatasource.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine;

class QuickstartTest {

    private static final String PASSWORD = "correct-horse-battery";
    private static final String[] SMALL = {"--sessions", "400", "--threads", "8", "--seconds", "1"};

    private static TestDatabase database;
    private static PGSimpleDataSource entitled;
    private static PGSimpleDataSource bare;

    @BeforeAll
    static void createUsers() {
        database = TestDatabase.create();
        bare = database.createUser("bare");
        entitled = database.createUser("entitled");
        database.execute("alter role " + entitled.getUser() + " createrole");
        database.execute("grant create on database " + entitled.getDatabaseName() + " to " + entitled.getUser());
    }

    @AfterAll
    static void dropDatabase() {
        database.close();
    }

    @AfterEach
    void nothingIsLeftBehind() throws SQLException {
        assertThat(names("select nspname from pg_namespace where nspname like 'quickstart%'"))
                .isEmpty();
        assertThat(names("select rolname from pg_roles where rolname like 'quickstart%'"))
                .isEmpty();
    }

    @Test
    void isolatesOnAnEmbeddedServer() {
        Run run = run(Migration.bundled(), new StringWriter(), SMALL);

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("embedded").contains("Isolated");
        assertThat(run.exitCode()).isEqualTo(Quickstart.ISOLATED);
    }

    @Test
    void isolatesOnOnesOwnServerForAUserWhoHasTheRightsThatItNames() {
        Run run = runOnOwnServer(Migration.bundled());

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(Quickstart.ISOLATED);
        assertThat(run.out())
                .containsPattern("How many sessions are there\\? +400 ")
                .containsPattern("Delete that foreign session +1 deleted")
                .containsPattern("Delete that foreign session +0 deleted")
                .contains("row-level security")
                .containsPattern("Hollis Street Bakery .* 0 +0\n")
                .contains("Isolated");
    }

    @Test
    void fitsATerminalAndShowsNoSecret() {
        Run run = runOnOwnServer(Migration.bundled());

        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(run.out()).isNotEmpty().doesNotContain(PASSWORD).doesNotContainPattern("[0-9a-f]{40}");
    }

    @Test
    void fallsThroughWithoutTheMigration() {
        Run run = runOnOwnServer((owner, names) -> {});

        assertThat(run.exitCode()).isEqualTo(Quickstart.NOT_ISOLATED);
        assertThat(run.out()).contains("NOT ISOLATED").containsPattern("[1-9][0-9,]* foreign rows were seen");
    }

    @Test
    void fallsThroughForASingleForeignRow() {
        Run run = runOnOwnServer((owner, names) -> {
            // The role sees this row whoever it works for; the owner, being bound as well, picks it before.
            String oneRow = "select id from user_sessions order by id desc limit 1";
            String id = names(owner, oneRow).get(0);
            Migration.bundled().apply(owner, names);
            execute(
                    owner,
                    "create policy leak on user_sessions for select to \"" + names.role() + "\" using (id = '" + id
                            + "')");
        });

        assertThat(run.exitCode()).isEqualTo(Quickstart.NOT_ISOLATED);
        assertThat(run.out()).containsPattern("[1-9][0-9,]* foreign rows were seen");
    }

    @Test
    void fallsThroughIfOrganizationsDoNotSeeTheirOwnRows() {
        Run run =
                runOnOwnServer((owner, names) -> execute(owner, "alter table user_sessions enable row level security"));

        assertThat(run.exitCode()).isEqualTo(Quickstart.NOT_ISOLATED);
        assertThat(run.out())
                .containsPattern("[1-9][0-9,]* own rows were not seen")
                .doesNotContain("foreign rows were seen");
    }

    @Test
    void cleansUpAfterAFailure() {
        Run run = runOnOwnServer((owner, names) -> execute(owner, "select 1 / 0"));

        assertThat(run.exitCode()).isEqualTo(Quickstart.NOT_RUN);
        assertThat(run.err()).isEqualToIgnoringNewLines("PostgreSQL said: ERROR: division by zero");
    }

    @Test
    void cleansUpWhenItIsInterruptedBetweenSteps() {
        Run run = runOnOwnServer((owner, names) -> Thread.currentThread().interrupt());

        assertThat(run.exitCode()).isEqualTo(Quickstart.NOT_RUN);
        assertThat(run.err()).isEqualToIgnoringNewLines("Interrupted.");
        assertThat(run.out()).doesNotContain("checkouts");
    }

    @Test
    void cleansUpWhenItIsInterruptedInTheRace() {
        Run run = run(Migration.bundled(), new InterruptingWriter("checkouts"), ownServer("--seconds", "600"));

        assertThat(run.exitCode()).isEqualTo(Quickstart.NOT_RUN);
        assertThat(run.err()).isEqualToIgnoringNewLines("Interrupted.");
        assertThat(run.out()).contains("checkouts").doesNotContain("What each one saw");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:5432/shop?password=" + PASSWORD,
                "jdbc:mysql://localhost/shop",
                "postgresql://shop:" + PASSWORD + "@localhost/shop"
            })
    void tellsInASentenceThatAUrlIsNone(String url) {
        Run run = run(Migration.bundled(), new StringWriter(), "--url", url);

        assertThat(run.exitCode()).isEqualTo(Quickstart.WRONG_OPTION);
        assertThat(run.err().lines()).singleElement().asString().contains("--url has to look like");
        assertThat(run.out() + run.err()).doesNotContain(PASSWORD);
    }

    @Test
    void keepsTheDriverFromLoggingAUrlWithItsPassword() {
        List<String> logged = new ArrayList<>();
        Handler listener = new MessageHandler(logged);
        Logger.getLogger("").addHandler(listener);
        try {
            run(Migration.bundled(), new StringWriter(), "--url", "jdbc:postgresql://host/a/b?password=" + PASSWORD);
        } finally {
            Logger.getLogger("").removeHandler(listener);
        }

        assertThat(logged).isEmpty();
    }

    @Test
    void tellsInASentenceThatNobodyListens() {
        Run run = run(
                Migration.bundled(),
                new StringWriter(),
                "--url",
                "jdbc:postgresql://localhost:1/shop",
                "--user",
                "shop",
                "--password",
                PASSWORD);

        assertThat(run.exitCode()).isEqualTo(Quickstart.NOT_RUN);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .startsWith("Could not connect to database shop at localhost:1: ");
        assertThat(run.out() + run.err()).doesNotContain(PASSWORD);
    }

    @Test
    void tellsInASentenceWhichRightsAreMissing() {
        Run run = run(Migration.bundled(), new StringWriter(), "--url", bare.getURL(), "--user", bare.getUser());

        assertThat(run.exitCode()).isEqualTo(Quickstart.NOT_RUN);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains(bare.getUser())
                .contains("CREATEROLE")
                .contains("CREATE on the database");
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--sessions=1", "--threads=0", "--seconds=0", "--seconds=soon", "--user=shop", "--speed"})
    void tellsInASentenceThatAnOptionIsWrong(String option) {
        Run run = run(Migration.bundled(), new StringWriter(), option);

        assertThat(run.exitCode()).isEqualTo(Quickstart.WRONG_OPTION);
        assertThat(run.err().lines()).singleElement().asString().contains("--help");
        assertThat(run.out()).isEmpty();
    }

    private static Run runOnOwnServer(Migration migration) {
        return run(migration, new StringWriter(), ownServer(SMALL));
    }

    private static String[] ownServer(String... further) {
        return Stream.concat(
                        Stream.of("--url", entitled.getURL(), "--user", entitled.getUser(), "--password", PASSWORD),
                        Stream.of(further))
                .toArray(String[]::new);
    }

    private static Run run(Migration migration, Writer out, String... arguments) {
        StringWriter err = new StringWriter();
        CommandLine commandLine = Quickstart.commandLine(migration)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        int exitCode = commandLine.execute(arguments);
        return new Run(exitCode, out.toString(), err.toString());
    }

    private static List<String> names(String sql) throws SQLException {
        return names(database.administrator(), sql);
    }

    private static List<String> names(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> names = new ArrayList<>();
            while (result.next()) {
                names.add(result.getString(1));
            }
            return names;
        }
    }

    private static void execute(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static final class MessageHandler extends Handler {

        private final List<String> messages;

        MessageHandler(List<String> messages) {
            this.messages = messages;
        }

        @Override
        public void publish(LogRecord message) {
            messages.add(message.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private record Run(int exitCode, String out, String err) {}

    /** Interrupts the thread that prints a certain text. */
    private static final class InterruptingWriter extends StringWriter {

        private final String cue;
        private boolean given;

        InterruptingWriter(String cue) {
            this.cue = cue;
        }

        @Override
        public void flush() {
            if (!given && toString().contains(cue)) {
                given = true;
                Thread.currentThread().interrupt();
            }
        }
    }
}
