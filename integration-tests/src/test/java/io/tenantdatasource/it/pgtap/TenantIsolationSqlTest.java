package io.tenantdatasource.it.pgtap;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.it.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What the functions of {@code tenant_isolation.sql} promise, apart from finding holes. */
class TenantIsolationSqlTest {

    private static final String ACME = "'ac3e0000-0000-4000-8000-000000000001'";
    private static final String GLOBEX = "'610be000-0000-4000-8000-000000000002'";
    private static final String ISOLATES =
            "select tenant.isolates('public', 'invoices', " + ACME + ", " + GLOBEX + ");\n";
    private static final String LINES_ISOLATE =
            "select tenant.isolates('public', 'invoice_lines', " + ACME + ", " + GLOBEX + ");\n";
    private static final String ROWS = """
            insert into countries values ('AT');
            insert into invoices (organization_id, number, country, amount) values
              (%s, 'A-1', 'AT', 10), (%s, 'G-1', 'AT', 20);
            insert into invoice_lines select id, 1, number from invoices;
            """.formatted(ACME, GLOBEX);

    private static PgTapDatabase database;

    @BeforeAll
    static void createDatabase() throws SQLException, IOException {
        database = new PgTapDatabase();
    }

    @AfterAll
    static void dropDatabase() {
        if (database != null) {
            database.close();
        }
    }

    private static Tap run(String sql) {
        return database.run(Example.tests(sql));
    }

    @Test
    void aTableIsAlwaysFourteenTests() {
        Tap tap = run(ROWS + ISOLATES);
        tap.requireAllPassed();
        assertThat(tap.output()).contains("\n1..14\n");
    }

    @Test
    void aTableWithoutRowsOfATenantFails() {
        Tap tap = run("delete from invoices;" + ISOLATES);
        assertThat(tap.failed()).containsExactly("public.invoices: there are rows of both tenants");
        assertThat(tap.diagnosis("public.invoices: there are rows of both tenants"))
                .contains("There is no row of ac3e0000-0000-4000-8000-000000000001 and of 610be000");
        assertThat(tap.skipped()).hasSize(13);
        assertThat(tap.status()).isNotZero();
    }

    @Test
    void aTableWhoseRowsAreNobodysFailsUntilItIsNamedAsGlobal() {
        String schema = "select tenant.schema_isolates('public', " + ACME + ", " + GLOBEX + ");";
        Tap tap = run(ROWS + schema);
        assertThat(tap.failed()).containsExactly("public.countries: there are rows of both tenants");
        assertThat(tap.diagnosis("public.countries: there are rows of both tenants"))
                .contains("it has no column organization_id")
                .contains("configure(global => ...)");
        run(ROWS + "select tenant.configure(global => '{countries}');" + schema).requireAllPassed();
    }

    @Test
    void whatIsNamedAndNotThereFails() {
        Tap tap = run(ROWS
                + "select tenant.configure(global => '{countries, currencies}', trusted => '{\"gone(text)\"}');"
                + "select tenant.schema_isolates('public', " + ACME + ", " + GLOBEX + ");");
        assertThat(tap.failed()).containsExactly("what is named as global or trusted is there");
        assertThat(tap.diagnosis(tap.failed().get(0))).contains("currencies, gone(text)");
    }

    @Test
    void whatIsTrustedIsNotTried() {
        String function = "create function everything() returns setof invoices language sql security definer"
                + " as 'select * from invoices';";
        String schema = "select tenant.schema_isolates('public', " + ACME + ", " + GLOBEX + ");";
        run(ROWS + function + "select tenant.configure(global => '{countries}', trusted => '{everything()}');" + schema)
                .requireAllPassed();
    }

    @Test
    void aFunctionInWhichNothingOfATenantIsFoundIsNoProof() {
        Tap tap = run(ROWS
                + "create function version_of(wanted text) returns text language sql security definer as 'select wanted';"
                + "select tenant.configure(global => '{countries}');"
                + "select tenant.schema_isolates('public', " + ACME + ", " + GLOBEX + ");");
        String line = "public.version_of(wanted text): shows and changes nothing of the other";
        assertThat(tap.failed()).containsExactly(line);
        assertThat(tap.diagnosis(line)).contains("Try it with query_isolates");
    }

    @Test
    void anyQueryCanBeTried() {
        Tap tap = run(ROWS
                + "create function by_number(wanted text) returns setof invoices language sql security definer"
                + " as 'select * from invoices where number = wanted';"
                + "select tenant.query_isolates('select * from by_number(''A-1'')', " + ACME + ", " + GLOBEX
                + ", 'of acme');"
                + "select tenant.query_isolates('select * from invoices', " + ACME + ", " + GLOBEX + ", 'by policy');"
                + "select tenant.query_isolates('select 1', " + ACME + ", " + GLOBEX + ", 'of nobody');"
                + "select tenant.query_isolates('select * from invoices, no_such', " + ACME + ", " + GLOBEX
                + ", 'wrong');");
        assertThat(tap.passed()).containsExactly("by policy");
        assertThat(tap.diagnosis("of acme")).contains("Shows rows of tenant ac3e0000");
        assertThat(tap.diagnosis("of nobody")).contains("There is nothing of tenant ac3e0000");
        assertThat(tap.diagnosis("wrong")).contains("relation \"no_such\" does not exist");
    }

    @Test
    void neverSetIsTriedForAllTablesBeforeTheSettingIsSetForTheFirst() {
        String hole = "alter policy tenant on invoice_lines using (current_setting('app.organization_id', true) is null"
                + " or invoice_id in (select id from invoices));";
        Tap tap = run(ROWS + hole + ISOLATES + LINES_ISOLATE);
        assertThat(tap.failed())
                .containsExactly("public.invoice_lines: nothing can be done where no tenant was ever set");
        assertThat(tap.diagnosis(tap.failed().get(0))).contains("Got through as authenticated, no tenant ever set");
    }

    @Test
    void neverSetFailsWhereItCanNoLongerBeTried() {
        String line = "public.invoices: nothing can be done where no tenant was ever set";
        Tap set = run(ROWS + "select tenant.work_for(" + ACME + "); select tenant.work_as_administrator();" + ISOLATES);
        assertThat(set.failed()).containsExactly(line);
        assertThat(set.diagnosis(line)).contains("app.organization_id was set in this session before");

        Tap late = run(ROWS
                + "create table notes (organization_id uuid);"
                + "select tenant.isolates('public', 'notes', " + ACME + ", " + GLOBEX + ");"
                + "insert into notes values (" + ACME + "), (" + GLOBEX + ");"
                + "select tenant.isolates('public', 'notes', " + ACME + ", " + GLOBEX + ");");
        assertThat(late.diagnosis("public.notes: nothing can be done where no tenant was ever set"))
                .contains("insert all rows before");
    }

    @Test
    void everythingIsUndone() throws SQLException {
        Tap tap = run(ROWS
                + "create temporary table before as select ctid as place, xmin::text as written_by, * from invoices;"
                + "select tenant.schema_isolates('public', " + ACME + ", " + GLOBEX + ");"
                + "select results_eq('select ctid, xmin::text, * from invoices', 'select * from before', 'rows');"
                + "select policies_are('public', 'invoices', array['tenant'], 'policies');"
                + "select is(current_setting('session_replication_role'), 'origin', 'triggers');"
                + "select is(current_user, session_user, 'user');");
        assertThat(tap.passed()).contains("rows", "policies", "triggers", "user");
        assertThat(Sql.query(
                        database.database().administrator(),
                        "select count(*) from pg_namespace where nspname = 'tenant'"))
                .isEqualTo("0");
    }

    @Test
    void whomATestWorksForStaysSo() {
        Tap tap = run(ROWS
                + "select tenant.work_for(" + GLOBEX + ");"
                + ISOLATES
                + "select tenant.sees('select where current_user = ''authenticated''', 1, 'user');"
                + "select tenant.sees('select from invoices where number = ''G-1''', 1, 'tenant');");
        assertThat(tap.passed()).contains("user", "tenant");
    }

    @Test
    void aTestWorksForAUserOfAnOrganization() {
        String user = "select where current_setting('app.user_id')";
        Tap tap = run(ROWS
                + "select tenant.work_for(" + ACME + ", 'anna');"
                + "select tenant.sees($$" + user + " = 'anna'$$, 1, 'anna');"
                + "select tenant.work_for(" + ACME + ");"
                + "select tenant.sees($$" + user + " = ''$$, 1, 'all users');"
                + "select tenant.work_for_nobody();"
                + "select tenant.sees_nothing('select from invoices', 'nobody');");
        tap.requireAllPassed();
    }

    @Test
    void assertionsSayWhatWasSeenAndDone() {
        Tap tap = run(ROWS
                + "select tenant.work_for(" + ACME + ");"
                + "select tenant.sees('select from invoices', 2, 'sees two');"
                + "select tenant.sees_nothing('select from invoices', 'sees nothing');"
                + "select tenant.cannot_insert($$insert into invoices (organization_id, number, country, amount)"
                + " values (" + ACME + ", 'A-2', 'AT', 1)$$, 'cannot insert');"
                + "select tenant.cannot_insert($$insert into invoices (organization_id) values (" + ACME
                + ")$$, 'fails otherwise');"
                + "select tenant.changes_nothing('update invoices set amount = 0', 'changes nothing');"
                + "select tenant.sees('select from invoices where amount = 10', 1, 'undone');");
        assertThat(tap.passed()).containsExactly("undone");
        assertThat(tap.diagnosis("sees two"))
                .contains("Saw 1 rows as authenticated, for tenant ac3e0000-0000-4000-8000-000000000001, not 2");
        assertThat(tap.diagnosis("sees nothing"))
                .contains("Saw 1 rows as authenticated")
                .contains(
                        "public.invoices has policy tenant (permissive, for all to authenticated) USING ((organization_id =");
        assertThat(tap.diagnosis("cannot insert")).contains("Got through as authenticated");
        assertThat(tap.diagnosis("fails otherwise")).contains("but not for a policy or a right");
        assertThat(tap.diagnosis("changes nothing")).contains("Changed 1 rows as authenticated");
    }

    @Test
    void assertionsAsTheAdministratorProveNothing() {
        Tap tap = run("select tenant.sees_nothing('select from invoices', 'nothing');");
        assertThat(tap.diagnosis("nothing")).contains("call work_for or work_for_nobody before");
    }

    @Test
    void anAttemptThatFailsForAnotherReasonIsNoProof() {
        Tap tap = run(ROWS
                + "create function broken() returns trigger language plpgsql as $$ begin perform no_such(); end $$;"
                + "create trigger broken before insert on invoices for each row execute function broken();"
                + ISOLATES);
        assertThat(tap.failed()).contains("public.invoices: a tenant cannot insert rows of the other");
        assertThat(tap.diagnosis("public.invoices: a tenant cannot insert rows of the other"))
                .contains("Could not be tried")
                .contains("function no_such() does not exist");
    }

    @Test
    void namesAreQuoted() {
        run("""
                create schema "Odd ""s"" schema";
                create table "Odd ""s"" schema"."User's Table" (
                  "Key" text primary key, "Our ""Org" text not null, "It's" text);
                insert into "Odd ""s"" schema"."User's Table" values ('1', 'it''s a', 'x'), ('2', 'b\\', null);
                alter table "Odd ""s"" schema"."User's Table" enable row level security, force row level security;
                create policy "P p" on "Odd ""s"" schema"."User's Table"
                  using ("Our ""Org" = current_setting('My.org', true));
                create role "App 's" nologin;
                grant usage on schema "Odd ""s"" schema" to "App 's";
                grant all on "Odd ""s"" schema"."User's Table" to "App 's";
                select tenant.configure(
                  role => 'App ''s', organization_setting => 'My.org', organization_column => 'Our "Org');
                select tenant.schema_isolates('Odd "s" schema', 'it''s a', 'b\\');
                """).requireAllPassed();
    }

    @Test
    void isRefusedOutsideOfATransaction() throws IOException {
        Tap tap = database.run(Example.include() + "\nselect no_plan();\n");
        assertThat(tap.status()).isNotZero();
        assertThat(tap.output()).contains("has to be included after BEGIN");
    }

    @Test
    void isRefusedToWhomPoliciesBind() throws IOException {
        PGSimpleDataSource user = database.database().createUser("tester");
        Path file = Files.createTempFile("pgtap", ".sql");
        Files.writeString(file, Example.tests("select pass();"));
        Tap tap = PgProve.run(user, file);
        Files.delete(file);
        assertThat(tap.status()).isNotZero();
        assertThat(tap.output()).contains("needs a user whom no policy binds");
    }

    @Test
    void aUserWhomNoPolicyBindsNeedNotBeASuperuser() throws SQLException {
        PGSimpleDataSource user = database.database().createUser("tester");
        String owner = Sql.query(
                database.database().administrator(),
                "select tableowner from pg_tables where schemaname = 'public' and tablename = 'invoices'");
        database.database().execute("""
                        alter role %1$s bypassrls;
                        grant %2$s, authenticated to %1$s;
                        grant usage on schema tap to %1$s;
                        grant create on database %3$s to %1$s;
                        """.formatted(user.getUser(), owner, user.getDatabaseName()));
        assertThat(PgProve.run(user, Example.TESTS).output())
                .contains("grant set on parameter session_replication_role to " + user.getUser());

        database.database().execute("grant set on parameter session_replication_role to " + user.getUser());
        try {
            PgProve.run(user, Example.TESTS).requireAllPassed();
        } finally {
            database.database().execute("revoke set on parameter session_replication_role from " + user.getUser());
        }
    }
}
