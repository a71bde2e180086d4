package io.tenantdatasource.test.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.policy.TablePolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that would change nothing are found before they run, and no others. */
class MigrationFilesTest {

    private static final Set<String> TABLES = Set.of("public.letters", "Odd \"table\"");

    @TempDir
    private Path folder;

    private void write(String file, String sql) throws IOException {
        Files.writeString(folder.resolve(file), sql);
    }

    /** File and line of each finding. */
    private List<String> found(MigrationFiles files) {
        return files.findBoundDml(TABLES, "app_maintenance").stream()
                .map(finding -> finding.file().getFileName() + ":" + finding.line())
                .toList();
    }

    private List<MigrationFiles.Finding> found(String sql) throws IOException {
        write("V1__file.sql", sql);
        return MigrationFiles.in(folder).findBoundDml(TABLES, "app_maintenance");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update letters set body = ''",
                "UPDATE ONLY Letters SET body = ''",
                "update public.letters as l set body = ''",
                "update \"letters\" set body = ''",
                "insert into letters values (1)",
                "insert into letters values (1) on conflict (id) do update set body = ''",
                "delete from only letters",
                "merge into letters using others on true when matched then delete",
                "copy letters (id, body) from '/tmp/letters'",
                "with gone as (delete from letters returning *) insert into archive select * from gone",
                "explain analyze delete from letters",
                "update \"Odd \"\"table\"\"\" set body = ''",
                "do $$ begin update letters set body = ''; end $$",
                "do language plpgsql $x$ begin if true then delete from letters; end if; end $x$",
                "set role somebody_else; update letters set body = ''",
                "set role app_maintenance; reset role; update letters set body = ''",
                "set role app_maintenance; set role none; update letters set body = ''",
                "begin; set local role app_maintenance; commit; update letters set body = ''",
                "begin; set role app_maintenance; rollback; update letters set body = ''",
                "update others set role = 'app_maintenance'; update letters set body = ''",
                "select ';'; -- set role app_maintenance;\nupdate letters set body = ''",
                "select 'it''s'; /* /* nested */ set role app_maintenance; */ update letters set body = ''",
                "select $$set role app_maintenance;$$; update letters set body = ''",
                "create function f() returns void begin atomic set role app_maintenance; end; update letters set body = ''"
            })
    void changesWithoutTheRoleAreFound(String sql) throws IOException {
        assertThat(found(sql))
                .singleElement()
                .extracting(MigrationFiles.Finding::message)
                .asString()
                .contains("which is protected", "set role app_maintenance before it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set role app_maintenance; update letters set body = ''; reset role",
                "set role 'app_maintenance'; update letters set body = ''",
                "set session role to app_maintenance; update letters set body = ''",
                "set role \"app_maintenance\"; update letters set body = ''",
                "begin; set local role app_maintenance; update letters set body = ''; commit",
                "do $$ begin set local role app_maintenance; update letters set body = ''; end $$",
                "update others set body = (select body from letters)",
                "update other.letters set body = ''",
                "copy letters to '/tmp/letters'",
                "select 'update letters set body = 1'",
                "-- update letters set body = 1\nselect 1",
                "create policy p on letters for update using (true)",
                "create trigger t before update on letters for each row execute function f()",
                "grant select, insert, update, delete on letters to authenticated",
                "select * from letters for update of letters",
                "create function f() returns void language plpgsql as $$ begin update letters set body = ''; end $$",
                "create function f() returns void begin atomic update letters set body = ''; delete from letters; end",
                "alter table letters add body text; create index on letters (body)",
                "copy others from stdin;\n1\tupdate letters set body = 1;\n\\.\nselect 1"
            })
    void nothingElseIs(String sql) throws IOException {
        assertThat(found(sql)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "do $$ begin execute 'update letters set body = 1'; end $$",
                "do 'begin update letters; end'",
                "do language plpython3u $$ plpy.execute('update letters set body = 1') $$",
                "select set_config('role', 'app_maintenance', false)",
                "set session authorization somebody",
                "update ${schema}.letters set body = ''",
                "select 'no end"
            })
    void whatCannotBeToldIsSaid(String sql) throws IOException {
        assertThat(found(sql))
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.message())
                        .startsWith("cannot be told: ")
                        .contains("reviewed(…)"));
        assertThat(found(MigrationFiles.in(folder).reviewed("V1__file.sql"))).isEmpty();
    }

    @Test
    void fileLineAndTableAreNamed() throws IOException {
        write(
                "V1__file.sql",
                "select 1;\n\n/* two\nlines */\ndo $$\nbegin\n  update letters set body = '';\nend $$;\ndelete\nfrom letters;\n");

        assertThat(found(MigrationFiles.in(folder))).containsExactly("V1__file.sql:7", "V1__file.sql:9");
        assertThatThrownBy(() -> MigrationFiles.in(folder).requireNoBoundDml(TABLES, "app_maintenance"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("V1__file.sql:7: UPDATE on letters")
                .hasMessageContaining("V1__file.sql:9: DELETE on letters");
    }

    @Test
    void eachFileBeginsAsWhoConnects() throws IOException {
        write("V1__file.sql", "set role app_maintenance; update letters set body = ''");
        write("V2__file.sql", "update letters set body = ''");

        assertThat(found(MigrationFiles.in(folder))).containsExactly("V2__file.sql:1");
    }

    @Test
    void thoseAfterAFileAreInFlywaysOrder() throws IOException {
        for (String file : List.of("V2__b", "V10__c", "V9.1__d", "V9_2__e", "V9__protect", "R__always")) {
            write(file + ".sql", "update letters set body = ''");
        }
        Files.createDirectory(folder.resolve("more"));
        write("more/V11__f.sql", "update letters set body = ''");

        assertThat(found(MigrationFiles.in(folder).after("V9__protect.sql")))
                .containsExactly("V9.1__d.sql:1", "V9_2__e.sql:1", "V10__c.sql:1", "V11__f.sql:1", "R__always.sql:1");
    }

    @Test
    void placeholdersAreFilledIn() throws IOException {
        write("V1__file.sql", "update ${schema}.letters set body = ''");

        assertThat(found(MigrationFiles.in(folder).placeholder("schema", "public")))
                .containsExactly("V1__file.sql:1");
        assertThat(found(MigrationFiles.in(folder).placeholder("schema", "other")))
                .isEmpty();
    }

    @Test
    void whatWouldFindNothingIsRefused() throws IOException {
        assertThatThrownBy(() -> found(MigrationFiles.in(folder))).hasMessageContaining("no .sql file");
        write("V1__file.sql", "select 1");
        assertThatThrownBy(() -> found(MigrationFiles.in(folder).after("V2__other.sql")))
                .hasMessageContaining("no file V2__other.sql");
        assertThatThrownBy(() -> found(MigrationFiles.in(folder).reviewed("V2__other.sql")))
                .hasMessageContaining("no file V2__other.sql");
        assertThatThrownBy(() -> MigrationFiles.in(folder).requireNoBoundDml(Set.of(), "app_maintenance"))
                .hasMessageContaining("No table is protected");
    }

    @Test
    void aDatabaseTellsTheTablesAndTheRole() throws Exception {
        String role = "maintenance_" + UUID.randomUUID().toString().replace("-", "");
        try (DatabaseTemplate template = DatabaseTemplate.of(MigrationFilesTest::createLetters);
                TestDatabase database = template.copy()) {
            database.application();
            write("V1__file.sql", "update letters set body = ''");
            write("V2__file.sql", "set role " + role + "; update letters set body = ''");
            assertThatThrownBy(() -> MigrationFiles.in(folder).requireNoBoundDml(database.owner()))
                    .hasMessageContaining("No table is protected");

            database.execute("create role " + role + " nologin");
            try {
                TablePolicies.ownColumn("letters").maintenanceRole(role).apply(database.owner());

                assertThatThrownBy(() -> MigrationFiles.in(folder).requireNoBoundDml(database.owner()))
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("V1__file.sql:1: UPDATE on letters")
                        .hasMessageContaining("set role " + role)
                        .hasMessageNotContaining("V2__file.sql");
                assertThatCode(() ->
                                MigrationFiles.in(folder).after("V1__file.sql").requireNoBoundDml(database.owner()))
                        .doesNotThrowAnyException();
            } finally {
                database.execute("drop owned by " + role + "; drop role " + role);
            }
        }
    }

    private static void createLetters(DataSource owner) throws SQLException {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table letters (organization_id uuid not null, body text)");
        }
    }
}
