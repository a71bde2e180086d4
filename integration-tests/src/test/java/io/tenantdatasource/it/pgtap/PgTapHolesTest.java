package io.tenantdatasource.it.pgtap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holes in the example's schema, each found by the tests that it opens, and by no other. */
class PgTapHolesTest {

    private static final String TENANT =
            "organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid)";

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

    @Test
    void aTableWithoutRowSecurity() throws IOException {
        assertFound(
                "alter table invoice_lines disable row level security",
                "Table public.invoice_lines has no row security",
                Stream.of(
                                "a tenant cannot select rows of the other",
                                "a tenant cannot insert rows of the other",
                                "a tenant cannot update rows of the other",
                                "a tenant cannot move rows of the other",
                                "a tenant cannot delete rows of the other",
                                "a tenant cannot upsert rows of the other",
                                "nothing can be done where no tenant was ever set",
                                "nothing can be done where the tenant is empty",
                                "its owner is bound as well")
                        .map(line -> "public.invoice_lines: " + line)
                        .toArray(String[]::new));
    }

    @Test
    void rowSecurityThatIsNotForced() throws IOException {
        assertFound(
                "alter table invoices no force row level security",
                "not forced, so it does not bind owner",
                "public.invoices: its owner is bound as well");
    }

    @Test
    void aPolicyForSelectOnly() throws IOException {
        assertFound(
                "drop policy tenant on invoices; create policy tenant on invoices for select using (" + TENANT + ")",
                "No permissive policy for",
                "public.invoices: a tenant can insert its own rows",
                "public.invoices: a tenant can update its own rows",
                "public.invoices: a tenant can delete its own rows");
    }

    @Test
    void aPolicyThatDoesNotCheck() throws IOException {
        assertFound(
                "alter policy tenant on invoice_lines with check (true)",
                "Policy tenant lets it through",
                "public.invoice_lines: a tenant cannot insert rows of the other",
                "public.invoice_lines: a tenant cannot move rows of the other",
                "public.invoice_lines: nothing can be done where no tenant was ever set",
                "public.invoice_lines: nothing can be done where the tenant is empty");
    }

    @Test
    void aPolicyThatOpensWhereNoTenantWasEverSet() throws IOException {
        assertFound(
                "alter policy tenant on invoice_lines using (current_setting('app.organization_id', true) is null"
                        + " or invoice_id in (select id from invoices))",
                "it must not be true where no tenant is set",
                "public.invoice_lines: nothing can be done where no tenant was ever set");
    }

    @Test
    void aPolicyThatOpensWhereTheTenantIsEmpty() throws IOException {
        assertFound(
                "alter policy tenant on invoice_lines using (current_setting('app.organization_id', true) = ''"
                        + " or invoice_id in (select id from invoices))",
                "it must not be true where no tenant is set",
                "public.invoice_lines: nothing can be done where the tenant is empty");
    }

    @Test
    void aSecondPermissivePolicy() throws IOException {
        assertFound(
                "create policy support on invoice_lines for delete to authenticated using (true)",
                "Policy support lets it through, USING (true) WITH CHECK (nothing of its own): permissive policies are joined"
                        + " by OR",
                "public.invoice_lines: a tenant cannot delete rows of the other",
                "public.invoice_lines: nothing can be done where no tenant was ever set",
                "public.invoice_lines: nothing can be done where the tenant is empty");
    }

    @Test
    void aPolicyThatLeavesItToAForeignKey() throws IOException {
        assertFound(
                "alter table invoice_lines drop constraint invoice_lines_invoice_id_fkey, add foreign key (invoice_id)"
                        + " references invoices;"
                        + "create policy support on invoices for delete to authenticated using (true)",
                "only a constraint refused it",
                "public.invoices: a tenant cannot delete rows of the other",
                "public.invoices: nothing can be done where no tenant was ever set",
                "public.invoices: nothing can be done where the tenant is empty",
                "public.open_invoices: changes nothing of the other");
    }

    @Test
    void aViewThatRunsAsItsOwner() throws IOException {
        assertFound(
                "create view lines_of_all as select * from invoice_lines; grant select on lines_of_all to authenticated",
                "alter view public.lines_of_all set (security_invoker = true)",
                "public.lines_of_all: shows a tenant nothing of the other",
                "public.lines_of_all: shows nothing where no tenant was ever set");
    }

    @Test
    void aViewThatShowsNoRowsButTheirSum() throws IOException {
        assertFound(
                "create view revenue as select sum(amount) from invoices; grant select on revenue to authenticated",
                "alter view public.revenue set (security_invoker = true)",
                "public.revenue: shows a tenant nothing of the other",
                "public.revenue: shows nothing where no tenant was ever set");
    }

    @Test
    void aViewThatWritesAsItsOwner() throws IOException {
        assertFound(
                "create view inbox as select * from invoices; grant insert, update, delete on inbox to authenticated",
                "View public.inbox runs as its owner postgres, whom no policy binds",
                "public.inbox: changes nothing of the other");
    }

    @Test
    void aMaterializedView() throws IOException {
        assertFound(
                "create materialized view summary as select organization_id, sum(amount) from invoices group by 1;"
                        + " grant select on summary to authenticated",
                "revoke all on public.summary from authenticated",
                "public.summary: shows a tenant nothing of the other",
                "public.summary: shows nothing where no tenant was ever set");
    }

    @Test
    void aFunctionThatReadsAsItsOwner() throws IOException {
        assertFound(
                "create function find_invoice(wanted bigint) returns setof invoices language sql security definer"
                        + " as 'select * from public.invoices where id = wanted'",
                "alter routine public.find_invoice(wanted bigint) security invoker",
                "public.find_invoice(wanted bigint): shows and changes nothing of the other",
                "public.find_invoice(wanted bigint): shows and changes nothing where no tenant was ever set");
    }

    @Test
    void aProcedureThatWritesAsItsOwner() throws IOException {
        assertFound(
                "create procedure waive() language sql security definer as 'update public.invoices set amount = 0'",
                "Function public.waive() runs as its owner postgres, whom no policy binds",
                "public.waive(): shows and changes nothing of the other",
                "public.waive(): shows and changes nothing where no tenant was ever set");
    }

    @Test
    void aPartitionWithoutPolicy() throws IOException {
        assertFound(
                """
                create table payments (organization_id uuid, paid_on date) partition by range (paid_on);
                create table payments_2026 partition of payments for values from ('2026-01-01') to ('2027-01-01');
                alter table payments enable row level security, force row level security;
                alter table payments_2026 force row level security;
                create policy tenant on payments using (%s);
                grant select on payments, payments_2026 to authenticated;
                select format('alter table %%I owner to %%I', part, tableowner)
                from pg_tables, unnest(array['payments', 'payments_2026']) as part
                where tablename = 'invoices'
                \\gexec
                insert into payments values
                  ('ac3e0000-0000-4000-8000-000000000001', '2026-02-03'),
                  ('610be000-0000-4000-8000-000000000002', '2026-02-04')""".formatted(TENANT),
                "Partition public.payments_2026 has no row security of its own, and that of payments is not asked",
                "public.payments_2026: a tenant cannot select rows of the other",
                "public.payments_2026: nothing can be done where no tenant was ever set",
                "public.payments_2026: nothing can be done where the tenant is empty",
                "public.payments_2026: its owner is bound as well");
    }

    @Test
    void aRoleThatCanBecomeOneThatBypasses() throws IOException {
        assertFound(
                "create role support bypassrls; grant support to authenticated",
                "Role authenticated can become support, to whom row security does not apply",
                "role authenticated: is bound by policies");
    }

    @Test
    void aRoleThatBypassesOpensEverything() throws IOException {
        Tap tap = database.run(Example.testsAfter("alter role authenticated bypassrls;"));
        List<String> failing = new ArrayList<>();
        failing.add("role authenticated: is bound by policies");
        for (String table : List.of("invoice_lines", "invoices")) {
            for (String tried : List.of("select", "insert", "update", "move", "delete", "upsert")) {
                failing.add("public." + table + ": a tenant cannot " + tried + " rows of the other");
            }
            failing.add("public." + table + ": nothing can be done where no tenant was ever set");
            failing.add("public." + table + ": nothing can be done where the tenant is empty");
        }
        assertThat(tap.failed()).containsAll(failing);
        assertThat(tap.diagnosis(failing.get(0))).contains("alter role authenticated nosuperuser nobypassrls");
        assertThat(tap.passed()).noneMatch(line -> line.contains("cannot") || line.contains("sees"));
    }

    private static void assertFound(String sql, String diagnosis, String... failing) throws IOException {
        Tap tap = database.run(Example.testsAfter(sql + ";"));
        assertThat(tap.failed()).as(tap.output()).containsExactly(failing);
        assertThat(tap.status()).isNotZero();
        for (String failed : failing) {
            assertThat(tap.diagnosis(failed)).contains(diagnosis);
        }
    }
}
