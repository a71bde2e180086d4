package io.tenantdatasource.test.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.Tenants;
import io.tenantdatasource.test.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a matrix is told, what it says, and that it never passes where nothing was proved. */
class IsolationMatrixTest {

    private static final String OPEN_NOTES = """
            create table notes (id int primary key, organization_id uuid not null, text text not null);
            grant select on notes to authenticated""";

    private TestDatabase database;

    @BeforeEach
    void create() {
        database = TestDatabase.create();
        database.application(); // a member of authenticated, which is there from then on
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void aFailureSaysWhatItIsOfWhomWhyAndWhatToDo() {
        database.execute(OPEN_NOTES);

        assertThatThrownBy(() -> IsolationAssert.assertThat(database).isolates())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("does not isolate its tenants")
                .hasMessageContaining(
                        "SELECT as authenticated (globex on acme, nobody on acme, acme on globex, nobody on globex): reads")
                .hasMessageContaining("row-level security is not enabled")
                .hasMessageContaining("TablePolicies");
    }

    @Test
    void theTableForTheConsoleHasALineForEachTargetAndRole() {
        database.execute(OPEN_NOTES);

        assertThat(IsolationMatrix.of(database).run().toString()).startsWith("""
                       role           select  insert  update  move  delete  upsert
                notes  authenticated  OPEN    -       -       -     -       -""");
    }

    @Test
    void theDatabaseStaysAsItWas() throws Exception {
        database.execute(OPEN_NOTES);
        database.execute("insert into notes values (1, '" + Tenants.ACME.organizationId() + "', 'mine')");

        IsolationMatrix.of(database).run();

        try (Session session = Session.begin(database.administrator(), "app.organization_id")) {
            assertThat(session.rows("select id, text from notes")).containsExactly(List.of("1", "mine"));
            assertThat(session.value("select relrowsecurity from pg_class where relname = 'notes'"))
                    .isEqualTo("f");
        }
    }

    @Test
    void whatIsEverybodysIsNotTried() {
        database.execute(
                OPEN_NOTES + "; create table countries (code int); grant select on countries to authenticated");
        IsolationMatrix matrix = IsolationMatrix.of(database).global("notes");

        assertThat(matrix.run().failures())
                .allSatisfy(cell -> assertThat(cell.target()).isEqualTo("countries"));
    }

    @Test
    void aTableWhoseRowsAreNobodyKnowsWhoseFails() {
        database.execute(
                OPEN_NOTES + "; create table countries (code int); grant select on countries to authenticated");

        assertThat(IsolationMatrix.of(database).run().failures())
                .filteredOn(cell -> cell.target().equals("countries"))
                .isNotEmpty()
                .allSatisfy(cell -> {
                    assertThat(cell.verdict()).isEqualTo(Verdict.NOT_TRIED);
                    assertThat(cell.detail()).contains("global(\"countries\")");
                });
    }

    @Test
    void anExceptionForWhatIsNotThereIsRefused() {
        database.execute(OPEN_NOTES);
        IsolationMatrix matrix = IsolationMatrix.of(database);

        assertThatThrownBy(() -> matrix.global("contries").run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[contries]")
                .hasMessageContaining("[notes]");
        assertThatThrownBy(() -> matrix.trusting("login(text)").run()).hasMessageContaining("[login(text)]");
        assertThatThrownBy(() -> matrix.trustingRoles("cleaner").run()).hasMessageContaining("[cleaner]");
        assertThatThrownBy(() -> matrix.value("notes", "txt", "a").run()).hasMessageContaining("[notes.txt]");
    }

    @Test
    void whereNobodyWasGrantedAnythingNothingIsProved() {
        database.execute("create table notes (id int primary key, organization_id uuid not null)");

        assertThatThrownBy(() -> IsolationMatrix.of(database).run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nothing to try")
                .hasMessageContaining("[notes]");
    }

    @Test
    void whereNothingBelongsToTenantsNothingIsProved() {
        database.execute(
                "create table notes (id int primary key, tenant uuid); grant select on notes to authenticated");

        assertThat(IsolationMatrix.of(database).run().isolates()).isFalse();
    }

    @Test
    void onlyASuperuserCanTry() {
        database.execute(OPEN_NOTES);

        assertThatThrownBy(() ->
                        IsolationMatrix.of(database.createUser("somebody")).run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("superuser")
                .hasMessageContaining("somebody");
    }

    @Test
    void aColumnOfAnotherNameAndAnotherSettingAreTold() {
        database.execute("""
                create table notes (id int primary key, customer text not null);
                alter table notes enable row level security;
                create policy mine on notes to authenticated using (customer = current_setting('my.customer', true));
                grant select, insert, update, delete on notes to authenticated""");

        IsolationMatrix matrix =
                IsolationMatrix.of(database).organizationColumn("customer").organizationSetting("my.customer");

        IsolationAssert.assertThat(database).isolates(any -> matrix);
    }

    @Test
    void organizationsWithNumbersAreTried() {
        database.execute("create table notes (id int primary key, organization_id int not null);"
                + " grant select on notes to authenticated");

        assertThat(IsolationMatrix.of(database).run().failures())
                .extracting(Cell::victim)
                .contains("1000001", "1000002");
    }

    @Test
    void tenantsCanBeNamed() {
        database.execute("create table notes (id int primary key, organization_id text not null"
                + " check (organization_id in ('north', 'south', 'west'))); grant select on notes to authenticated");
        IsolationMatrix matrix =
                IsolationMatrix.of(database).tenants(Tenant.of("north"), Tenant.of("south"), Tenant.of("west"));

        assertThat(matrix.run().failures())
                .extracting(cell -> cell.tenant() + " on " + cell.victim())
                .containsExactlyInAnyOrder(
                        "north on south",
                        "north on west",
                        "south on north",
                        "south on west",
                        "west on north",
                        "west on south",
                        "nobody on north",
                        "nobody on south",
                        "nobody on west");
    }

    @Test
    void oneOrganizationAloneIsNoMatrix() {
        IsolationMatrix matrix = IsolationMatrix.of(database);

        assertThatThrownBy(() -> matrix.tenants(Tenants.ACME)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aValueThatTheCatalogueDoesNotTellIsTold() {
        database.execute("""
                create function is_iban(text) returns boolean language sql immutable as $$ select $1 = 'DE02120300000000202051' $$;
                create table accounts (organization_id uuid not null, iban text not null check (is_iban(iban)));
                grant select on accounts to authenticated""");
        IsolationMatrix matrix = IsolationMatrix.of(database);

        assertThat(matrix.run().failures())
                .isNotEmpty()
                .allSatisfy(cell -> assertThat(cell.toString()).contains("NOT_TRIED", "no values for iban", "is_iban"));
        assertThat(matrix.value("accounts", "iban", "DE02120300000000202051")
                        .run()
                        .failures())
                .isNotEmpty()
                .allSatisfy(cell -> assertThat(cell.verdict()).isEqualTo(Verdict.OPEN));
    }

    @Test
    void whatIsMeantToShowMoreIsTrusted() {
        database.execute("""
                create table notes (id int primary key, organization_id uuid not null);
                alter table notes enable row level security;
                create policy mine on notes to authenticated
                  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
                grant select, insert, update, delete on notes to authenticated;
                create function total() returns bigint language sql security definer as 'select count(*) from notes';
                create view numbers as select id from notes;
                grant select on numbers to authenticated""");
        String reporting = database.createUser("reporting").getUser();
        database.execute("alter role " + reporting + " bypassrls; grant select on notes to " + reporting);

        assertThat(IsolationMatrix.of(database).run().failures())
                .extracting(Cell::target)
                .containsOnly("total()", "numbers", reporting);
        IsolationAssert.assertThat(database)
                .isolates(matrix -> matrix.trusting("total()", "numbers").trustingRoles(reporting));
    }

    @Test
    void aPageHasAPictureAndWhatToMend(@TempDir Path directory) {
        database.execute(
                OPEN_NOTES + "; create table \"<b>\" (organization_id uuid); grant select on \"<b>\" to authenticated");

        assertThat(IsolationMatrix.of(database).run().writeHtml(directory.resolve("reports/isolation.html")))
                .content()
                .contains("<th scope=\"row\">notes</th><td>authenticated</td>")
                .contains("<i class=\"open\" title=\"acme on globex: OPEN\">")
                .contains("<h2>What to mend</h2>")
                .contains("&lt;b&gt;")
                .doesNotContain("<b>");
    }
}
