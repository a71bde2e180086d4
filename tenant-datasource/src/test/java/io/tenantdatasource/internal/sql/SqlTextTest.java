package io.tenantdatasource.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is certain about a text; {@code TextsAreReadAsTheServerDoesTest} compares it with the server's own reading. */
class SqlTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1",
                "  SELECT 1;",
                "/* a /* nested */ comment */ select 1",
                "-- a comment\nselect 1",
                "-- a comment\rselect 1",
                "((select 1) union select 2)",
                "with x (a, b) as (select 1, 2) select * from x",
                "with recursive x (a) as materialized (select 1) table x",
                "with x as (insert into note (text) values ('a') returning id) select * from x",
                "values (1), (2)",
                "table note",
                "insert into note (text) values (?)",
                "insert into app.note as n (text) values (upper('a')) on conflict (id) do update set text = excluded.text",
                "update note set text = 'it''s; not the end' where id in (1, 2)",
                "delete from note where text = $q$ ; rollback; $q$",
                "merge into note n using (values (1)) v (id) on n.id = v.id when matched then delete",
                "select \"a;b\"\"c\" from note",
                "select E'it\\'s; one' ",
                "select 1 as \"select\", x'1f', b'01', n'a', 1.5e+3, .5, 2.",
                "select v from doc where v like ? escape '\\'",
                "select v from doc where v ~ '^a\\d$'",
                "select 0x1f, 1_000",
                "select $1::varchar(10), $2::pg_catalog.numeric(10, 2)",
                "select a <-- a comment\n 1 from note",
                "select {fn ucase('a')}, {d '2020-01-01'}",
                "select count(*) filter (where true) over (partition by a order by b) from note",
            })
    void aboutRows(String sql) {
        assertThat(SqlText.of(sql).effect().isAboutRows()).as(sql).isTrue();
        assertThat(SqlText.of(sql).statements()).as(sql).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select leave_a_tenant()",
                "select app.count(*) from note",
                "select \"lower\"('a')",
                "select json_object('k' : leave_a_tenant())",
                "select (array[1, 2])[1:leave_a_tenant()]",
                "select pg_advisory_lock(1)",
                "select query_to_xml('select 1', true, true, '')",
                "insert into note (text) values (leave_a_tenant())",
                "with x as (select leave_a_tenant () as a) select a from x",
                "select leave_a_tenant/* ( */(1)",
                "select * from leave_a_tenant() as t (a, b)",
                "select lo_import('/etc/passwd')",
            })
    void callsWhatIsNotPostgresOwn(String sql) {
        assertThat(SqlText.of(sql).effect()).as(sql).isEqualTo(Effect.CALLS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select lower(text), count(*) from note",
                "select pg_catalog.lower(text), coalesce(a, 1), cast(a as numeric(10, 2)) from note",
                "select current_setting('app.organization_id', true)",
                "insert into note (id, text) values (nextval('note_id_seq'), md5(random()::text))",
                "select * from generate_series(1, 10) as g (i)",
            })
    void callsWhatIsPostgresOwn(String sql) {
        assertThat(SqlText.of(sql).effect()).as(sql).isEqualTo(Effect.ROWS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "begin",
                "BEGIN ISOLATION LEVEL SERIALIZABLE",
                "start transaction read only",
                "commit and chain",
                "-- x\rrollback and chain",
                "/* x */ rollback to savepoint a",
                "savepoint a",
                "release a",
                "end;",
                "commit; begin",
                "set transaction isolation level serializable",
                "",
                " ; /* nothing */ ; ",
            })
    void boundaries(String sql) {
        assertThat(SqlText.of(sql).effect()).as(sql).isEqualTo(Effect.BOUNDARY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set app.organization_id = 'x'",
                "set\napp.organization_id to 'x'",
                "set \"app\".\"organization_id\" = 'x'",
                "set U&\"\\0061pp\".organization_id = 'x'",
                "set local role admin",
                "reset all",
                "discard all",
                "do $$ begin perform 1; end $$",
                "call p()",
                "{ call p() }",
                "{ ? = call f() }",
                "select 1 into copied",
                "with x as (select 1 as a) select a into temp copied from x",
                "create temporary table copied as select 1",
                "declare c cursor with hold for select 1",
                "listen channel",
                "lock table note",
                "prepare transaction 'x'",
                "execute prepared",
                "explain analyze delete from note",
                "copy note from stdin",
                "select 1; vacuum",
                "select set_config('app.organization_id', 'x', false)",
                "select pg_catalog.set_config('app.organization_id', 'x', false)",
                "select id, (insert) into temp left_over from (select v as insert, id from doc) q",
                "select (merge) into temp left_over from (select v as merge from doc) q",
                "select insert into temp left_over from (select v as insert from doc) q",
                "select merge into temp left_over from (select v as merge from doc) q",
                "rollback; select 1",
                "commit; insert into note (text) values ('a')",
            })
    void anythingElse(String sql) {
        assertThat(SqlText.of(sql).effect()).as(sql).isEqualTo(Effect.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 'no end",
                "select \"no end",
                "select $q$ no end $Q$",
                "select /* no end */ /* ",
                "select \\ 1",
                "select (1; select 2)",
                "select 1)",
                "select \u000b1",
                "select $a b",
            })
    void whatTheServerMayReadInAnotherWay(String sql) {
        SqlText text = SqlText.of(sql);
        assertThat(text.effect()).as(sql).isEqualTo(Effect.UNKNOWN);
        assertThat(text.staysInBlock()).as(sql).isFalse();
        assertThat(text.mayRollBack()).as(sql).isTrue();
        boolean isOneForCertain = !sql.contains(";");
        assertThat(text.isBoundByBlock()).as(sql).isEqualTo(isOneForCertain);
    }

    @Test
    void aBackslashIsACharacterLikeAnyOtherWhereThatIsKnown() {
        String sql = "select 'a\\'; rollback; --'";
        assertThat(SqlText.of(sql, new SqlDialect(Backslash.CHARACTER, Set.of()))
                        .effect())
                .isEqualTo(Effect.UNKNOWN);
        assertThat(SqlText.of(sql, new SqlDialect(Backslash.CHARACTER, Set.of()))
                        .statements())
                .isEqualTo(2);
        assertThat(SqlText.of(sql, new SqlDialect(Backslash.ESCAPE, Set.of())).effect())
                .isEqualTo(Effect.ROWS);
        assertThat(SqlText.of(sql, new SqlDialect(Backslash.UNKNOWN, Set.of())).statements())
                .isZero();
    }

    @Test
    void aFunctionThatIsNamedByAWordOfPostgres() {
        SqlDialect dialect = new SqlDialect(Backslash.CHARACTER, Set.of("abs", "over"));
        assertThat(SqlText.of("select abs(n), upper(v) from doc", dialect).effect())
                .isEqualTo(Effect.CALLS);
        assertThat(SqlText.of("select over(n) from doc", dialect).effect()).isEqualTo(Effect.CALLS);
        assertThat(SqlText.of("select pg_catalog.abs(n), upper(v), abs from doc", dialect)
                        .effect())
                .isEqualTo(Effect.ROWS);
        assertThat(SqlText.of("select abs(n) from doc").effect()).isEqualTo(Effect.ROWS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select E'a'\n'b\\' , '; reset role; --'",
                "select E'a' -- more\n'b\\' , '; reset role; --'",
                "select U&'a'\n'b\\' , '; reset role; --'",
                "create view v as select begin atomic from (select 1 as begin) x; reset role; select 1; end",
            })
    void whatTheDriverReadsInAnotherWay(String sql) {
        SqlText text = SqlText.of(sql);
        assertThat(text.mayBeSeveralUnread() || text.goesOnAfterTaking())
                .as(sql)
                .isTrue();
    }

    @Test
    void aCommentWithoutAnEndAfterAConstantWithEscapes() {
        assertThat(SqlText.of("select E'a' /* more").effect()).isEqualTo(Effect.UNKNOWN);
        assertThat(SqlText.of("select E'a' /* more */").effect()).isEqualTo(Effect.ROWS);
    }

    /** pgjdbc sends it as a statement of its own. */
    @Test
    void aCommentAfterTheLastSemicolon() {
        assertThat(SqlText.of("select 1; -- done").splitsAsRead()).isFalse();
        assertThat(SqlText.of("select 1 -- done").splitsAsRead()).isTrue();
        assertThat(SqlText.of("-- first\nselect 1;").splitsAsRead()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reset all; select 1",
                "reset app.organization_id; select 1",
                "reset role; select 1",
                "set role none; select 1",
                "set local role none; select 1",
                "set session authorization default; select 1",
                "discard all; select 1",
            })
    void whatTakesATenantAwayAndGoesOn(String sql) {
        assertThat(SqlText.of(sql).goesOnAfterTaking()).as(sql).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set local lock_timeout = '1s'; alter table a add column b int",
                "set time zone 'UTC'; select 1",
                "create table a (i int); drop table a",
                "select 1; reset all",
                "insert into a values (1); select 1",
            })
    void whatDoesNot(String sql) {
        assertThat(SqlText.of(sql).goesOnAfterTaking()).as(sql).isFalse();
    }

    /** To the server a no-break space is a part of a name, so this is a name, and no select. */
    @Test
    void spacesThatTheServerDoesNotTakeForSpaces() {
        assertThat(SqlText.of("\u00a0select 1").effect()).isEqualTo(Effect.UNKNOWN);
    }

    @Test
    void severalStatementsAreCounted() {
        SqlText text = SqlText.of("select 1; update note set text = ';' -- ;\n;; delete from note;");
        assertThat(text.effect()).isEqualTo(Effect.ROWS);
        assertThat(text.statements()).isEqualTo(3);
    }

    @Test
    void aBlockIsLeftByWhatEndsIt() {
        assertThat(SqlText.of("create table a (i int); drop table a").isBoundByBlock())
                .isTrue();
        assertThat(SqlText.of("create table a (i int); commit; drop table a").isBoundByBlock())
                .isFalse();
        assertThat(SqlText.of("create table a (i int); commit; drop table a").mayRollBack())
                .isFalse();
        assertThat(SqlText.of("create table a (i int); rollback; drop table a").mayRollBack())
                .isTrue();
    }

    @Test
    void whatCommitsRunsWhatIsDeferred() {
        assertThat(SqlText.of("commit").commits()).isTrue();
        assertThat(SqlText.of("end").commits()).isTrue();
        assertThat(SqlText.of("commit; rollback").commits()).isTrue();
        assertThat(SqlText.of("rollback").commits()).isFalse();
        assertThat(SqlText.of("begin").commits()).isFalse();
    }

    @Test
    void writesWithoutRows() {
        assertThat(SqlText.of("insert into note (text) values (?)").writes()).isTrue();
        assertThat(SqlText.of("insert into note (text) values (?) returning id").writes())
                .isFalse();
        assertThat(SqlText.of("select 1").writes()).isFalse();
        assertThat(SqlText.of("delete from note; delete from note").writes()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            begin; insert; commit                   | commit;begin;T; insert; commit;C
            insert; commit; insert                  | commit;begin;S;T;insert; commit;begin;S;T; insert;commit;C
            begin; insert; commit and chain; insert | commit;begin;T; insert; commit and chain;T; insert
            insert; commit and no chain; insert     | commit;begin;S;T;insert; commit and no chain;begin;S;T; insert;commit;C
            rollback; set x to 1                    | commit;begin;S;T;rollback;begin;S;T; set x to 1;commit;C
            begin; set transaction read only; table a | commit;begin;T; set transaction read only; table a
            set transaction read only; table a      | commit;set transaction read only;begin;S;T; table a;commit;C
            set local transaction_isolation to x; do | commit;set local transaction_isolation to x;begin;S;T; do;commit;C
            begin; savepoint s; rollback to s; do   | commit;begin;T; savepoint s; rollback to s;T; do
            insert; begin; do                       | commit;begin;S;T;insert;R; begin;T; do
            begin; insert -- end                    | commit;begin;T; insert -- end
            """)
    void eachBlockOfATextIsTold(String sql, String told) {
        ToldText text = ToldText.of(SqlText.of(sql), AROUND, ToldText.Start.IN_BLOCK_OF_OURS, Backslash.CHARACTER);
        assertThat(text.sql().replace("\n", "").replaceAll(";$", ""))
                .isEqualTo(told.replace(";S", ";savepoint \"tenant-datasource\"")
                        .replace(";R", ";release savepoint \"tenant-datasource\""));
    }

    private static final ToldText.Around AROUND = new ToldText.Around(List.of("T"), List.of("C"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create function f() returns int begin atomic select 1; select 2; end",
                "create function f() returns int begin atomic select case when true then 1 end; select 2; end",
            })
    void theBodyOfAFunctionIsAPartOfItsStatement(String sql) {
        assertThat(SqlText.of(sql).statements()).isOne();
        assertThat(SqlText.of(sql).block()).isEqualTo(Block.AS_IT_WAS);
        assertThat(SqlText.of(sql + "; commit").block()).isEqualTo(Block.ENDED);
        assertThat(SqlText.of(sql.replace("; end", "; select 3")).statements()).isZero();
    }

    @Test
    void aTextWithinABlockIsToldFirst() {
        ToldText text = ToldText.of(SqlText.of("do x; commit"), AROUND, ToldText.Start.IN_BLOCK, Backslash.CHARACTER);
        assertThat(text.sql()).isEqualTo("T;do x; commit\n;C;");
        assertThat(IntStream.range(0, text.statements()).filter(text::isOwn)).containsExactly(1, 2);
    }

    @Test
    void aBlockThatWasToldAlreadyIsNotToldAgain() {
        assertThat(ToldText.of(SqlText.of("do x"), AROUND, ToldText.Start.IN_TOLD_BLOCK, Backslash.CHARACTER)
                        .sql())
                .isEqualTo("do x\n;");
    }
}
