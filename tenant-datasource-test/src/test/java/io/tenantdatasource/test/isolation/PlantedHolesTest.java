package io.tenantdatasource.test.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each hole is found in the cells that it opens, in no other one, and by its name. */
class PlantedHolesTest {

    private static final String MINE =
            "organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid)";

    private static DatabaseTemplate template;
    private TestDatabase database;

    @BeforeAll
    static void make() {
        template = DatabaseTemplate.of(owner -> execute(owner, Sql.script("protected.sql")));
    }

    @AfterAll
    static void drop() {
        template.close();
    }

    @BeforeEach
    void copy() {
        database = template.copy();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void withoutAHoleNothingIsFound() {
        assertThat(failures()).isEmpty();
    }

    @Test
    void aTableWithoutRowSecurity() throws SQLException {
        asOwner("alter table users disable row level security");
        assertThat(failures())
                .containsExactlyInAnyOrder(
                        "users SELECT by a tenant and by nobody and by the owner: NO_ROW_SECURITY",
                        "users INSERT by a tenant and by nobody and by the owner: NO_ROW_SECURITY",
                        "users UPDATE by a tenant and by nobody and by the owner: NO_ROW_SECURITY",
                        "users MOVE by a tenant and by nobody and by the owner: NO_ROW_SECURITY",
                        "users DELETE by a tenant and by nobody and by the owner: NO_ROW_SECURITY",
                        "users UPSERT by a tenant and by nobody and by the owner: NO_ROW_SECURITY");
    }

    @Test
    void aTableThatDoesNotForceIt() throws SQLException {
        asOwner("alter table notes no force row level security");
        assertThat(failures())
                .containsExactlyInAnyOrder(
                        "notes SELECT by the owner: NOT_FORCED",
                        "notes INSERT by the owner: NOT_FORCED",
                        "notes UPDATE by the owner: NOT_FORCED",
                        "notes MOVE by the owner: NOT_FORCED",
                        "notes DELETE by the owner: NOT_FORCED",
                        "notes UPSERT by the owner: NOT_FORCED");
    }

    @Test
    void policiesForSelectOnly() throws SQLException {
        asOwner(
                "drop policy notes_insert on notes; drop policy notes_update on notes; drop policy notes_delete on notes");
        assertThat(failures())
                .containsExactlyInAnyOrder(
                        "notes INSERT of its own: NO_POLICY_FOR_COMMAND",
                        "notes UPDATE of its own: NO_POLICY_FOR_COMMAND",
                        "notes DELETE of its own: NO_POLICY_FOR_COMMAND");
    }

    @Test
    void anUpdateThatIsNotChecked() throws SQLException {
        asOwner("alter policy notes_update on notes with check (true)");
        assertThat(failures()).containsExactly("notes MOVE by a tenant: CHECK_MISSING");
    }

    @Test
    void anInsertThatIsNotChecked() throws SQLException {
        asOwner("alter policy notes_insert on notes with check (true)");
        assertThat(failures()).containsExactly("notes INSERT by a tenant and by nobody: CHECK_MISSING");
    }

    @Test
    void aPolicyThatOpensWhereTheSettingIsNull() throws SQLException {
        asOwner("alter policy notes_select on notes using (" + MINE
                + " or current_setting('app.organization_id', true) is null)");
        assertThat(failures()).containsExactly("notes SELECT by nobody: OPEN_WITHOUT_TENANT");
    }

    @Test
    void aPolicyThatOpensWhereTheSettingIsEmpty() throws SQLException {
        asOwner("alter policy notes_delete on notes using (" + MINE
                + " or coalesce(current_setting('app.organization_id', true), '') = '')");
        assertThat(failures()).containsExactly("notes DELETE by nobody: OPEN_WITHOUT_TENANT");
    }

    @Test
    void aSecondPermissivePolicy() throws SQLException {
        asOwner("create policy support on notes for select to authenticated using (true)");
        assertThat(failures()).containsExactly("notes SELECT by a tenant and by nobody: SECOND_PERMISSIVE_POLICY");
    }

    @Test
    void anOnlyPolicyThatIsOpen() throws SQLException {
        asOwner("alter policy notes_delete on notes using (true)");
        assertThat(failures()).containsExactly("notes DELETE by a tenant and by nobody: OPEN_POLICY");
    }

    @Test
    void aViewThatRunsAsItsOwner() {
        database.execute("create view all_titles as select id, organization_id, author_id, title, body from notes;"
                + " grant select, insert, update, delete on all_titles to authenticated");
        assertThat(failures())
                .containsExactlyInAnyOrder(
                        "all_titles SELECT by a tenant and by nobody: VIEW_AS_OWNER",
                        "all_titles INSERT by a tenant and by nobody: VIEW_AS_OWNER",
                        "all_titles UPDATE by a tenant and by nobody: VIEW_AS_OWNER",
                        "all_titles DELETE by a tenant and by nobody: VIEW_AS_OWNER");
    }

    @Test
    void aMaterializedView() {
        database.execute("create materialized view statistics as select count(*) from notes;"
                + " grant select on statistics to authenticated");
        assertThat(failures()).containsExactly("statistics SELECT by a tenant and by nobody: MATERIALIZED_VIEW");
    }

    @Test
    void aFunctionThatReadsAsItsOwner() {
        database.execute(
                "create function titles_of(organization uuid) returns setof text language sql security definer as"
                        + " 'select title from notes where organization_id = $1'");
        assertThat(failures())
                .containsExactly(
                        "titles_of(organization uuid) CALL by a tenant and by nobody and by the owner: SECURITY_DEFINER");
    }

    @Test
    void aFunctionThatWritesAsItsOwner() {
        database.execute("create procedure forget(note bigint) language sql security definer as"
                + " 'delete from notes where id = $1'");
        assertThat(failures())
                .containsExactly(
                        "forget(IN note bigint) CALL by a tenant and by nobody and by the owner: SECURITY_DEFINER");
    }

    @Test
    void aPartitionWithoutRowSecurity() throws SQLException {
        asOwner("alter table events_2026 disable row level security");
        assertThat(failures())
                .containsExactlyInAnyOrder(
                        "events_2026 SELECT by a tenant and by nobody and by the owner: PARTITION_WITHOUT_ROW_SECURITY",
                        "events_2026 INSERT by a tenant and by nobody and by the owner: PARTITION_WITHOUT_ROW_SECURITY",
                        "events_2026 UPDATE by a tenant and by nobody and by the owner: PARTITION_WITHOUT_ROW_SECURITY",
                        "events_2026 MOVE by a tenant and by nobody and by the owner: PARTITION_WITHOUT_ROW_SECURITY",
                        "events_2026 DELETE by a tenant and by nobody and by the owner: PARTITION_WITHOUT_ROW_SECURITY");
    }

    @Test
    void aRoleThatBypasses() {
        String reporting = database.createUser("reporting").getUser();
        database.execute("alter role " + reporting + " bypassrls; grant select on notes to " + reporting);
        assertThat(failures()).containsExactly("reporting BYPASS by a tenant and by nobody: BYPASSING_ROLE");
    }

    private void asOwner(String sql) throws SQLException {
        execute(database.owner(), sql);
    }

    private static void execute(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A line for each target and attempt, with all who got through. */
    private Set<String> failures() {
        IsolationReport report =
                IsolationMatrix.of(database).global("countries").run();
        return report.failures().stream()
                .collect(Collectors.groupingBy(
                        cell -> (cell.attempt() == Attempt.BYPASS ? "reporting" : cell.target()) + " " + cell.attempt()
                                + " %s: " + cell.hole().map(Enum::name).orElse(cell.detail())))
                .entrySet()
                .stream()
                .map(line -> line.getKey()
                        .replace(
                                "%s",
                                line.getValue().stream()
                                        .map(PlantedHolesTest::who)
                                        .distinct()
                                        .sorted()
                                        .collect(Collectors.joining(" and "))))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String who(Cell cell) {
        if (cell.tenant().equals(cell.victim())) {
            return "of its own";
        }
        if (cell.role().startsWith("owner")) {
            return "by the owner";
        }
        return cell.tenant().equals(Cell.NOBODY) ? "by nobody" : "by a tenant";
    }
}
