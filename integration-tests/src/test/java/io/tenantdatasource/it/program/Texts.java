package io.tenantdatasource.it.program;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The texts that programs are made of. There are few, so that each is met again with other types in another state. */
final class Texts {

    /** Tells for whom and as whom it ran, beside what it shows. */
    static final String READ = "select 'who:' || coalesce(current_setting('app.organization_id', true), '') || '/'"
            + " || current_user || ';', 'org:' || org || ';', v from doc";

    private static final String WHO =
            "'who:' || coalesce(current_setting('app.organization_id', true), '') || '/' || current_user || ';'";

    private static final String FOREIGN = Worker.GLOBEX.organizationId();

    /** Each a single statement about rows. */
    static final List<String> ABOUT_ROWS = List.of(
            READ + " order by id",
            "-- a comment ends at a carriage return too\r" + READ + " order by id",
            "/* ; rollback; /* nested */ */" + READ + " order by id",
            READ + " where v <> ';rollback;--' order by id",
            READ + " where v <> $a$;commit;$a$ order by id",
            READ + " where v <> E'\\';rollback;--' order by id",
            READ + " where v <> U&'\\0041' order by id",
            "(" + READ + " order by id limit 2)",
            "with x as (" + READ + ") select * from x order by 3;",
            READ + " order by id --",
            READ + " order by id for update",
            "table doc order by id",
            "values (" + WHO + ")",
            "insert into doc (v) values ('new')",
            "insert into doc (v) values ('new') returning id, " + WHO + ", 'org:' || org || ';'",
            "insert into doc (id, v) values (1, 'there already')",
            "with x as (insert into doc (v) values ('new') returning id) select count(*) from x",
            "update doc set v = v || '+' where id % 2 = 0",
            "update doc set n = 1 where id = 2 returning " + WHO,
            "delete from doc where v like 'new%'",
            "merge into doc using (values (3)) as new (id) on doc.id = new.id when matched then update set n = 3",
            "insert into note (text) values ('noted')",
            "select told()",
            "select told() from doc where v = 'v'",
            "select counted(1)",
            "select warned()",
            "select 1/0",
            "select 1 +",
            "select failed('25001')",
            "select failed('26000')",
            "select failed('08006')",
            "select failed('0A000')",
            "select failed('XX000')",
            "select 1",
            "select pg_sleep(0.001)",
            "insert into later values (1)");

    /** Several in one string, or one that is not about rows: what they do to the transaction has to be found out. */
    static final List<String> OTHERS = List.of(
            "insert into note (text) values ('first'); " + READ + " order by id",
            READ + " order by id; update doc set n = n; " + READ + " order by id",
            "begin; insert into note (text) values ('in a block'); " + READ + " order by id; commit",
            "insert into note (text) values ('before'); commit; " + READ + " order by id",
            "insert into note (text) values ('before'); rollback; " + READ + " order by id",
            "rollback; " + READ + " order by id",
            "begin; " + READ + " order by id",
            "select 1; select 1/0; select 2",
            "commit; begin",
            "insert into later values (1); insert into later values (2)",
            "begin",
            "begin isolation level serializable",
            "start transaction read only",
            "commit",
            "end",
            "rollback",
            "abort",
            "-- a comment ends at a carriage return too\rcommit",
            "commit and chain",
            "rollback and chain",
            "savepoint s",
            "savepoint s; insert into note (text) values ('after')",
            "rollback to s",
            "release s",
            "set transaction isolation level serializable",
            "set transaction read only",
            "show transaction_isolation",
            "set time zone 'Asia/Tokyo'",
            "set datestyle = 'SQL, DMY'",
            "set bytea_output = 'escape'",
            "set standard_conforming_strings = off",
            "set standard_conforming_strings = on",
            "set local work_mem = '5MB'",
            "reset work_mem",
            "set statement_timeout = 0",
            "set search_path = public",
            "set client_min_messages = warning",
            "set client_min_messages = notice",
            "do $$ begin perform told(); end $$",
            "do $$ begin raise warning 'a warning'; end $$",
            "do $$ begin insert into note (text) values ('done'); end $$",
            "do $$ begin insert into note (text) values ('done'); commit; insert into note (text) values ('more'); end $$",
            "call wrote()",
            "call wrote_twice()",
            "lock table doc in row exclusive mode",
            "lock table note in share mode nowait",
            "explain (costs off) " + READ,
            "explain (costs off, analyze, timing off, summary off, buffers off) select told() from doc",
            "create temp table if not exists kept as " + READ,
            "create temp table if not exists gone (i int) on commit drop",
            "table kept order by v",
            "drop table if exists kept",
            "create function pg_temp.own() returns int language sql begin atomic; select 1; end",
            "declare c cursor for " + READ + " order by id",
            "declare h cursor with hold for " + READ + " order by id",
            "fetch 2 from c",
            "fetch 2 from h",
            "close c",
            "close all",
            "prepare p as " + READ + " order by id",
            "execute p",
            "deallocate p",
            "deallocate all",
            "discard temp",
            "discard plans",
            "listen channel",
            "notify channel",
            "unlisten *",
            "vacuum (analyze) note",
            "analyze note",
            "select * into temp copied from doc",
            "copy note (text) to stdout",
            "",
            "-- nothing",
            ";",
            "select 1; ;",
            "select 'a'\n  ' b'");

    /** What makes a session, or a transaction, work for somebody else: by hand nothing of the tenant is left afterwards. */
    static final List<String> TAMPERING = List.of(
            "set app.organization_id = '" + FOREIGN + "'",
            "set\napp.organization_id to '" + FOREIGN + "'",
            "set \"app\".\"organization_id\" = '" + FOREIGN + "'",
            "set U&\"app\".U&\"organization\\005Fid\" = '" + FOREIGN + "'",
            "set local app.organization_id = '" + FOREIGN + "'",
            "set session app.organization_id = '" + FOREIGN + "'",
            "reset app.organization_id",
            "reset app.organization_id; commit",
            "begin; reset app.organization_id",
            "reset all",
            "discard all",
            "select left_behind('" + FOREIGN + "')",
            "select left_behind('')",
            "select left_behind('" + FOREIGN + "') from doc",
            "select left_behind('" + FOREIGN + "'); select 1/0",
            "select left_behind('" + FOREIGN + "'); commit",
            "select left_behind('" + FOREIGN + "'); rollback",
            "begin; select left_behind('" + FOREIGN + "'); commit",
            "savepoint s; select left_behind('" + FOREIGN + "')",
            "select left_behind('" + FOREIGN + "'); rollback to s",
            "select set_config('app.organization_id', '" + FOREIGN + "', false)",
            "select set_config('app.organization_id', '" + FOREIGN + "', true)",
            "select pg_catalog.set_config('app.organization_id', '', false)",
            "update note set text = left_behind('" + FOREIGN + "')",
            "do $$ begin perform left_behind('" + FOREIGN + "'); end $$",
            "do $$ begin perform left_behind('" + FOREIGN + "'); commit; end $$",
            "declare e cursor for select left_behind('" + FOREIGN + "') from generate_series(1, 5)",
            "fetch 1 from e",
            "set role pg_monitor",
            "reset role",
            "set role none",
            "set session authorization default",
            "do $$ begin execute 'set role pg_monitor'; end $$",
            "select set_config('role', 'pg_monitor', false)");

    /** The same by a trigger, which no text shows: it is looked for with {@code TRANSACTION} alone. */
    static final List<String> TRIGGERING = List.of(
            "insert into note (text) values ('leave ')",
            "insert into note (text) values ('leave " + FOREIGN + "')",
            "insert into note (text) select 'leave ' from doc",
            "with x as (insert into note (text) values ('leave ') returning id) select id from x",
            "insert into note (text) values ('leave " + FOREIGN + "'); select 1",
            "begin; insert into note (text) values ('leave " + FOREIGN + "'); commit");

    /** With parameters, each to be run with all kinds of values. */
    record WithParameters(String sql, int count) {}

    static final List<WithParameters> PREPARED = List.of(
            new WithParameters(READ + " where coalesce(?::text, v) = v order by id", 1),
            new WithParameters(READ + " where coalesce(?, v) = v and coalesce(?, n, 1) = 1 order by id", 2),
            new WithParameters(READ + " where id = ? order by id", 1),
            new WithParameters(READ + " where id <> ? order by id; update doc set n = ? where id = 1", 2),
            new WithParameters("insert into doc (v, n) values (?, ?)", 2),
            new WithParameters("insert into doc (v) values (?) returning 'org:' || org || ';', " + WHO, 1),
            new WithParameters("insert into note (text) values (?)", 1),
            new WithParameters("update doc set n = ? where id = ?", 2),
            new WithParameters("update doc set n = n where coalesce(?::text, v) = v returning id, " + WHO, 1),
            new WithParameters("delete from doc where id = ?", 1),
            new WithParameters("select told(), ?", 1));

    private Texts() {}

    static boolean tampers(String sql) {
        return TAMPERING.contains(sql) || TRIGGERING.contains(sql);
    }

    /** Whether the role is the text's own doing from then on. */
    static boolean setsRole(String sql) {
        return Stream.of("role", "authorization", "discard all", "reset all")
                .anyMatch(sql.toLowerCase(Locale.ROOT)::contains);
    }
}
