package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A dump that misses a change would let every test pass that compares two of them. */
class SchemaDumpTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @BeforeEach
    void createOneOfEach() {
        database.execute("""
                create schema "Odd schema";
                create table "Odd schema".parent (id bigint primary key, org uuid) partition by range (id);
                create table part partition of "Odd schema".parent for values from (1) to (2);
                create table "T" (id int, t text, n numeric);
                create view v as select t from "T";
                create materialized view m as select t from "T";
                create function f() returns trigger language plpgsql as 'begin return new; end';
                create domain d as text;
                create type e as enum ('a');
                create sequence s;
                """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            create schema other                                     | drop schema other
            create table other ()                                   | drop table other
            alter table "T" rename to other                         | alter table other rename to "T"
            alter table "T" add c int                               | alter table "T" drop c
            alter table "T" alter id type bigint                    | alter table "T" alter id type int
            alter table "T" alter n type numeric(3)                 | alter table "T" alter n type numeric
            alter table "T" alter t set default 'x'                 | alter table "T" alter t drop default
            alter table "T" alter t set not null                    | alter table "T" alter t drop not null
            alter table "T" add constraint c check (id > 0)         | alter table "T" drop constraint c
            alter table "T" add constraint c check (id > 0) not valid | alter table "T" drop constraint c
            create index i on "T" (id)                              | drop index i
            create index i on "T" (id desc) where id > 0            | drop index i
            create trigger t before insert on "T" execute function f() | drop trigger t on "T"
            create or replace function f() returns trigger language plpgsql as 'begin return null; end' | create or replace function f() returns trigger language plpgsql as 'begin return new; end'
            alter function f() set search_path = public             | alter function f() reset search_path
            alter function f() security definer                     | alter function f() security invoker
            create policy p on "T" using (true)                     | drop policy p on "T"
            create policy p on "T" as restrictive using (id > 0)    | drop policy p on "T"
            create policy p on "T" for insert with check (true)     | drop policy p on "T"
            alter table "T" enable row level security               | alter table "T" disable row level security
            alter table "T" force row level security                | alter table "T" no force row level security
            comment on table "T" is 'c'                             | comment on table "T" is null
            comment on column "T".t is 'c'                          | comment on column "T".t is null
            comment on view v is 'c'                                | comment on view v is null
            comment on function f() is 'c'                          | comment on function f() is null
            comment on schema "Odd schema" is 'c'                   | comment on schema "Odd schema" is null
            grant select on "T" to public                           | revoke select on "T" from public
            grant select (t) on "T" to public                       | revoke select (t) on "T" from public
            grant select on v to public                             | revoke select on v from public
            grant usage on schema "Odd schema" to public            | revoke usage on schema "Odd schema" from public
            grant usage on sequence s to public                     | revoke usage on sequence s from public
            revoke execute on function f() from public              | grant execute on function f() to public
            revoke usage on type d from public                      | grant usage on type d to public
            alter table "T" owner to pg_monitor                     | alter table "T" owner to current_user
            alter view v set (security_invoker = true)              | alter view v reset (security_invoker)
            create or replace view v as select upper(t) as t from "T" | create or replace view v as select t from "T"
            create rule r as on insert to "T" do instead nothing    | drop rule r on "T"
            alter table "Odd schema".parent detach partition part   | alter table "Odd schema".parent attach partition part for values from (1) to (2)
            create table child () inherits ("T")                    | drop table child
            alter table "T" set (fillfactor = 50)                   | alter table "T" reset (fillfactor)
            alter domain d add constraint c check (value <> '')     | alter domain d drop constraint c
            alter domain d set not null                             | alter domain d drop not null
            alter sequence s increment by 2                         | alter sequence s increment by 1
            create statistics st on id, t from "T"                  | drop statistics st
            alter default privileges grant select on tables to public | alter default privileges revoke select on tables from public
            """)
    void tellsAChangeAndThatItWasTakenBack(String change, String back) throws SQLException {
        String before = SchemaDump.of(database.administrator());
        database.execute(change);
        assertThat(SchemaDump.of(database.administrator())).isNotEqualTo(before);
        database.execute(back);
        assertThat(SchemaDump.of(database.administrator())).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            comment on policy p on "T" is 'c'
            comment on trigger t on "T" is 'c'
            comment on index i is 'c'
            comment on constraint c on "T" is 'c'
            alter table "T" disable trigger t
            alter table "T" validate constraint c
            alter policy p on "T" to pg_monitor
            alter table "T" cluster on i
            alter type e add value 'b'
            alter table "Odd schema".parent disable trigger all
            """)
    void tellsChangesOfWhatHangsOnATable(String change) throws SQLException {
        database.execute("""
                create policy p on "T" using (true);
                create index i on "T" (id);
                create trigger t before insert on "T" execute function f();
                alter table "T" add constraint c check (id > 0) not valid;
                alter table "Odd schema".parent add foreign key (id) references "Odd schema".parent;
                """);
        String before = SchemaDump.of(database.administrator());
        database.execute(change);
        assertThat(SchemaDump.of(database.administrator())).isNotEqualTo(before);
    }
}
