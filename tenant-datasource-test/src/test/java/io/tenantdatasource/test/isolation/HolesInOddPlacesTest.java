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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holes that a protected table does not show: behind functions, triggers and rules, and for some rows only. */
class HolesInOddPlacesTest {

    private static DatabaseTemplate template;
    private TestDatabase database;

    @BeforeAll
    static void make() {
        template = DatabaseTemplate.of(HolesInOddPlacesTest::create);
    }

    private static void create(DataSource owner) throws SQLException {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(Sql.script("odd-places.sql"));
        }
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "function f(note bigint) returns text language plpgsql security definer as"
                        + " $$ declare t text; begin select title into strict t from notes where id = note; return t; end $$",
                "function f(note bigint default 0, organization uuid default null) returns setof text language sql"
                        + " security definer as 'select title from notes where organization_id = organization'",
                "function f(notes_ bigint[]) returns setof text language sql security definer as"
                        + " 'select title from notes where id = any (notes_)'",
                "function f(variadic notes_ bigint[]) returns setof text language sql security definer as"
                        + " 'select title from notes where id = any (notes_)'",
                "function f(note bigint) returns record language sql security definer as"
                        + " 'select title, organization_id from notes where id = note'",
                "function f() returns refcursor language plpgsql security definer as"
                        + " $$ declare c refcursor; begin open c for select title from notes; return c; end $$",
                "function f(note bigint, published boolean) returns text language sql security definer as"
                        + " 'select title from notes where id = note and published'",
                "function f(given jsonb) returns text language sql security definer as"
                        + " $$ select title from notes where id = (given ->> 'id')::bigint $$",
                "function f(since date, until date) returns setof text language sql security definer as"
                        + " 'select title from notes where current_date between since and until'",
                "procedure f(note bigint, inout t text) language plpgsql security definer as"
                        + " $$ begin select title into t from notes where id = note; end $$",
                "procedure f(note bigint, out t text) language plpgsql security definer as"
                        + " $$ begin select title into t from notes where id = note; end $$"
            })
    void aFunctionThatReadsAsItsOwner(String function) {
        database.execute("create " + function);
        assertThat(failures()).containsExactly("f CALL OPEN SECURITY_DEFINER");
    }

    @Test
    void aFunctionThatWantsTheKeyOfOneOfManyTables() {
        database.execute("""
                do $$ begin
                  for i in 10..40 loop
                    execute format('create table t%s (id uuid primary key, organization_id uuid not null)', i);
                    perform protect('t' || i);
                  end loop;
                end $$;
                create function f(key uuid) returns uuid language sql security definer as 'select organization_id from t40 where id = key'""");
        assertThat(failures()).containsExactly("f CALL OPEN SECURITY_DEFINER");
    }

    @Test
    void aFunctionThatCannotBeCalledProvesNothing() {
        database.execute("create function f() returns bigint language plpgsql security definer as"
                + " 'begin return (select count(*) from nots); end'");
        assertThat(failures()).containsExactly("f CALL NOT_TRIED");
    }

    @Test
    void aFunctionThatFindsTablesByTheDatabasesSearchPath() {
        database.execute("""
                create schema app;
                grant usage on schema app to authenticated;
                alter table notes set schema app;
                do $$ begin execute format('alter database %I set search_path = app, public', current_database()); end $$;
                create function f() returns setof text language plpgsql security definer as
                  'begin return query select title from notes; end'""");
        assertThat(failures()).containsExactly("f CALL OPEN SECURITY_DEFINER");
    }

    @Test
    void aTriggerInsteadOfDeletingFromAViewThatReadsAsItsCaller() {
        database.execute("""
                create view titles with (security_invoker = true) as select id, title from notes;
                grant select, delete on titles to authenticated;
                create function instead() returns trigger language plpgsql security definer as
                  'begin delete from notes; return old; end';
                create trigger instead instead of delete on titles for each row execute function instead()""");
        assertThat(failures()).containsExactly("titles DELETE OPEN OTHER");
    }

    @Test
    void aTriggerThatWritesElsewhereAsItsOwner() {
        database.execute("""
                create table visits (id int primary key, organization_id uuid not null, note bigint not null references notes (id));
                select protect('visits');
                create function count_visit() returns trigger language plpgsql security definer as
                  $$ begin update notes set title = 'visited' where id = new.note; return new; end $$;
                create trigger count_visit after insert on visits for each row execute function count_visit()""");
        assertThat(failures()).isNotEmpty().allMatch(line -> line.startsWith("visits INSERT OPEN"));
    }

    @Test
    void aRuleThatWritesElsewhere() {
        database.execute("""
                create table commands (id int primary key, organization_id uuid not null);
                select protect('commands');
                create rule also as on insert to commands do also delete from notes""");
        assertThat(failures()).isNotEmpty().allMatch(line -> line.startsWith("commands INSERT OPEN"));
    }

    @Test
    void aCheckOfAReferenceInPlaceOfTheOrganization() {
        database.execute("""
                create table users (id uuid primary key, organization_id uuid not null);
                select protect('users');
                alter table notes add author uuid not null references users (id);
                alter policy protected on notes with check (exists (select from users u where u.id = author))""");
        assertThat(failures()).containsExactly("notes INSERT OPEN CHECK_MISSING", "notes MOVE OPEN CHECK_MISSING");
    }

    @Test
    void aPolicyOfAnotherRoleOfTheSameUser() {
        String user = database.application().getUser();
        String support = database.createUser("support").getUser();
        database.execute("create policy all_of_them on notes for select to " + support + " using (true); grant "
                + support + " to " + user);
        assertThat(failures()).containsExactly("notes SELECT OPEN SECOND_PERMISSIVE_POLICY");
    }

    @Test
    void theRightToTruncate() {
        database.execute("grant truncate on notes to authenticated");
        assertThat(failures()).containsExactly("notes DELETE OPEN TRUNCATE_GRANTED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status = 'public'",
                "status in ('a', 'b')",
                "level = 7",
                "is_public",
                "not is_private",
                "deleted_at is not null",
                "deleted_at is null",
                "shared_with is not null"
            })
    void aPolicyThatIsOpenForSomeRows(String some) {
        database.execute("""
                alter table notes
                  add status text not null default 'draft',
                  add level int not null default 0,
                  add is_public boolean not null default false,
                  add is_private boolean not null default true,
                  add deleted_at timestamptz,
                  add shared_with text;
                create policy partly on notes for select to authenticated using (""" + some + ")");
        assertThat(failures()).containsExactly("notes SELECT OPEN SECOND_PERMISSIVE_POLICY");
    }

    @Test
    void aPolicyThatIsOpenForSomeRowsAlsoWhereAnExpressionIsUnique() {
        database.execute("""
                alter table notes add is_public boolean not null default false;
                create unique index on notes (organization_id, lower(title));
                create policy partly on notes for select to authenticated using (is_public)""");
        assertThat(failures()).containsExactly("notes SELECT OPEN SECOND_PERMISSIVE_POLICY");
    }

    @Test
    void aCheckThatIsOpenForSomeRows() {
        database.execute("""
                alter table notes add status text not null default 'draft';
                create policy partly on notes for insert to authenticated with check (status = 'public')""");
        assertThat(failures()).containsExactly("notes INSERT OPEN SECOND_PERMISSIVE_POLICY");
    }

    @ParameterizedTest
    @ValueSource(strings = {"published_at is not null", "status = 'published'"})
    void aViewOfSomeRows(String some) {
        database.execute("""
                alter table notes add published_at timestamptz, add status text not null default 'draft';
                create view published as select title from notes where\s""" + some + "; grant select on published to authenticated");
        assertThat(failures()).containsExactly("published SELECT OPEN VIEW_AS_OWNER");
    }

    @Test
    void aDeferrableKeyAndAnExclusionAreNoHindrance() {
        database.execute("""
                create table slots (
                  id int primary key,
                  organization_id uuid not null,
                  number int not null unique deferrable initially deferred,
                  during tstzrange not null,
                  exclude using gist (during with &&)
                );
                select protect('slots')""");
        assertThat(failures()).isEmpty();
    }

    @Test
    void aDefaultPartitionThatIsAloneIsNoHindrance() {
        database.execute("""
                create table events (organization_id uuid not null, day date not null) partition by range (day);
                create table events_default partition of events default;
                select protect('events');
                select protect('events_default')""");
        assertThat(failures()).isEmpty();
    }

    private Set<String> failures() {
        return IsolationMatrix.of(database).run().failures().stream()
                .map(cell -> cell.target().replaceAll("\\(.*", "") + " " + cell.attempt() + " " + cell.verdict()
                        + cell.hole().map(hole -> " " + hole).orElse(""))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
