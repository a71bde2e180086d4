package io.tenantdatasource.test;

import static io.tenantdatasource.test.Sql.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** By hand, on a database that each test makes for itself. */
class ResetTest {

    private final TestDatabase database = TestDatabase.create();

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void emptiesWhatWasEmpty() throws SQLException {
        keepAfter("create table note (text text)");
        database.execute("insert into note values ('mine')");

        database.reset();

        assertRows("note", null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into note values ('mine')",
                "delete from note where text = 'one'",
                "update note set text = 'three' where text = 'one'",
                "truncate note",
            })
    void bringsBackWhatHadRows(String change) throws SQLException {
        keepAfter(
                "create table note (text text); insert into note values ('one'), ('two'), ('two'), (null), (E'a\\tb\\n')");
        String before = rows("note");
        database.execute(change);
        assertThat(rows("note")).isNotEqualTo(before);

        database.reset();

        assertRows("note", before);
    }

    @Test
    void leavesAloneWhatHasNotChanged() throws SQLException {
        keepAfter("create table note (text text); insert into note values ('one'); create table other (text text)");
        String before = query(database.administrator(), "select xmin || ' ' || ctid from note");
        database.execute("insert into other values ('mine')");

        database.reset();

        assertThat(query(database.administrator(), "select xmin || ' ' || ctid from note"))
                .isEqualTo(before);
    }

    @Test
    void bringsBackWhatRefersToWhatHasChanged() throws SQLException {
        keepAfter("""
                create table customer (id int primary key, name text);
                create table invoice (id int primary key, customer_id int references customer, replaces int references invoice);
                create table line (invoice_id int references invoice, text text);
                insert into customer values (1, 'acme');
                insert into invoice values (1, 1, null), (2, 1, 1);
                insert into line values (1, 'one'), (2, 'two')""");
        database.execute("update customer set name = 'globex'");

        database.reset();

        assertRows("customer", "(1,acme)");
        assertRows("invoice", "(1,1,),(2,1,1)");
        assertRows("line", "(1,one),(2,two)");
    }

    @Test
    void copesWithTablesThatReferToEachOther() throws SQLException {
        keepAfter("""
                create table a (id int primary key, b int);
                create table b (id int primary key, a int references a);
                alter table a add foreign key (b) references b;
                insert into a values (1, null);
                insert into b values (1, 1);
                update a set b = 1""");
        database.execute("delete from b using a where a.b is null; update a set b = null; delete from b");

        database.reset();

        assertRows("a", "(1,1)");
        assertRows("b", "(1,1)");
    }

    @Test
    void setsSequencesBack() throws SQLException {
        keepAfter("""
                create table serial (id bigserial, text text);
                create table identity (id int generated always as identity, text text);
                create sequence never_called start 7;
                create sequence called;
                select nextval('called');
                insert into serial (text) values ('one'), ('two')""");
        database.execute("""
                insert into serial (text) values ('three');
                insert into identity (text) values ('one');
                select nextval('never_called'), nextval('called')""");

        database.reset();
        database.execute("insert into serial (text) values ('next'); insert into identity (text) values ('next')");

        assertRows("serial", "(1,one),(2,two),(3,next)");
        assertRows("identity", "(1,next)");
        assertThat(query(database.administrator(), "select nextval('never_called') || ' ' || nextval('called')"))
                .isEqualTo("7 2");
    }

    @Test
    void leavesGeneratedColumnsToTheServer() throws SQLException {
        keepAfter("""
                create table price (net int, dropped int, gross int generated always as (net * 2) stored, "Odd ""name" text);
                alter table price drop column dropped;
                insert into price values (1, default, 'odd')""");
        database.execute("update price set net = 5");

        database.reset();

        assertRows("price", "(1,2,odd)");
    }

    @Test
    void reachesPartitionsAndChildrenAndOtherSchemas() throws SQLException {
        keepAfter("""
                create schema "Other schema";
                create table "Other schema"."Table" (id int);
                create table part (id int primary key, text text) partition by range (id);
                create table part_1 partition of part for values from (0) to (10);
                create table part_2 partition of part for values from (10) to (20) partition by list (id);
                create table part_2_1 partition of part_2 default;
                create table refers (id int references part);
                create table parent (id int);
                create table child () inherits (parent);
                insert into part values (1, 'one'), (11, 'eleven');
                insert into refers values (1), (11);
                insert into parent values (1);
                insert into child values (2)""");
        database.execute("""
                insert into "Other schema"."Table" values (1);
                update part set text = 'changed' where id = 11;
                insert into part values (2, 'two');
                insert into parent values (3);
                delete from child""");

        database.reset();

        assertRows("\"Other schema\".\"Table\"", null);
        assertRows("part", "(1,one),(11,eleven)");
        assertRows("refers", "(1),(11)");
        assertRows("parent", "(1),(2)");
        assertRows("child", "(2)");
    }

    @Test
    void setsMaterializedViewsBack() throws SQLException {
        keepAfter("""
                create table note (text text);
                insert into note values ('one');
                create materialized view shown as select text from note;
                create materialized view on_it as select text || '!' as text from shown;
                create materialized view emptied as select text from note;
                create materialized view never_shown as select text from note with no data""");
        database.execute("""
                insert into note values ('two');
                refresh materialized view shown;
                refresh materialized view on_it;
                refresh materialized view emptied with no data;
                refresh materialized view never_shown""");

        database.reset();

        assertRows("shown", "(one)");
        assertRows("on_it", "(one!)");
        assertRows("emptied", "(one)");
        assertThatThrownBy(() -> rows("never_shown")).hasMessageContaining("has not been populated");
    }

    @Test
    void asksNeitherTriggersNorPolicies() throws SQLException {
        keepAfter("""
                create table note (text text);
                insert into note values ('one');
                create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
                create trigger no_truncate before truncate on note execute function refuse();
                create trigger no_insert before insert on note for each row execute function refuse();
                alter table note enable row level security, force row level security""");
        database.execute("delete from note");

        database.reset();

        assertRows("note", "(one)");
    }

    @Test
    void emptiesTablesThatATestHasCreated() throws SQLException {
        keepAfter("create table note (id int primary key)");
        database.execute("create table later (id int references note)");
        database.execute("insert into note values (1); insert into later values (1)");

        database.reset();

        assertRows("note", null);
        assertRows("later", null);
    }

    @Test
    void followsTablesThatATestHasRenamed() throws SQLException {
        keepAfter("create table note (text text); insert into note values ('one')");
        database.execute("alter table note rename to memo; delete from memo");

        database.reset();

        assertRows("memo", "(one)");
    }

    @Test
    void saysWhichTablesAreGone() {
        keepAfter("create table note (text text)");
        database.execute("drop table note");

        assertThatThrownBy(database::reset)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("tables are gone: public.note");
    }

    @Test
    void leavesTablesOfExtensionsAlone() throws SQLException {
        keepAfter("create table of_extension (text text); alter extension plpgsql add table of_extension");
        database.execute("insert into of_extension values ('kept')");

        database.reset();

        assertRows("of_extension", "(kept)");
        database.execute("alter extension plpgsql drop table of_extension");
    }

    @Test
    void goesBackToWhatWasKeptLast() throws SQLException {
        keepAfter("create table note (text text)");
        keepAfter("insert into note values ('one')");
        database.execute("delete from note");

        database.reset();

        assertRows("note", "(one)");
    }

    @Test
    void hasToBeToldWhatToGoBackTo() {
        assertThatThrownBy(database::reset).hasMessageContaining("call keep()");
    }

    @Test
    void worksAfterATestHasEndedAllSessions() throws SQLException {
        keepAfter("create table note (text text)");
        database.execute("insert into note values ('mine'); select pg_terminate_backend(pid) from pg_stat_activity"
                + " where datname = current_database() and pid <> pg_backend_pid()");

        database.reset();

        assertRows("note", null);
    }

    @ParameterizedTest
    @Timeout(60)
    @ValueSource(strings = {"insert into note values ('open')", "lock table note", "select * from note"})
    void endsATransactionThatStandsInItsWay(String statementLeftOpen) throws SQLException {
        keepAfter("create table note (text text)");
        database.execute("insert into note values ('mine')");
        try (Connection leftOpen = database.administrator().getConnection();
                Statement statement = leftOpen.createStatement()) {
            leftOpen.setAutoCommit(false);
            statement.execute(statementLeftOpen);

            assertThatThrownBy(database::reset)
                    .hasMessageContaining("left open")
                    .hasMessageContaining("idle in transaction")
                    .hasMessageContaining(statementLeftOpen);
        }
        assertRows("note", null);
        assertThatCode(database::reset).doesNotThrowAnyException();
    }

    private void keepAfter(String sql) {
        database.execute(sql);
        database.keep();
    }

    private void assertRows(String table, String expected) throws SQLException {
        assertThat(rows(table)).isEqualTo(expected);
    }

    private String rows(String table) throws SQLException {
        return query(
                database.administrator(),
                "select string_agg(any_row::text, ',' order by any_row::text) from " + table + " as any_row");
    }
}
