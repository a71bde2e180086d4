package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;

import io.tenantdatasource.test.TestDatabase;
import java.sql.SQLException;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A table that shows three rows to ACME, four to GLOBEX and none to nobody; to a user who owns nothing, and may assume roles:
 * one that sees the table, and one that no policy is for.
 */
final class Documents implements AutoCloseable {

    /** Whatever calls it is told nothing, and finds out who it runs for. */
    static final String COUNT = "select count(*) from doc";

    static final int OF_ACME = 3;
    static final int OF_GLOBEX = 4;

    private final TestDatabase database = TestDatabase.create();
    private final PGSimpleDataSource user = database.createUser("app");
    private final String readers = "readers_" + UUID.randomUUID().toString().substring(0, 8);

    Documents() {
        String app = user.getUser();
        database.execute("create role " + readers + "; grant " + readers + " to " + app + ";"
                + " create table doc (id serial primary key, org uuid, v text default 'v', n int, at timestamp);"
                + " insert into doc (org) select '" + ACME.organizationId() + "' from generate_series(1, " + OF_ACME
                + ");"
                + " insert into doc (org) select '" + GLOBEX.organizationId() + "' from generate_series(1, " + OF_GLOBEX
                + ");"
                + " alter table doc enable row level security;"
                + " create policy of_organization on doc using"
                + " (org = nullif(current_setting('app.organization_id', true), '')::uuid);"
                + " grant select, insert, update, delete on doc to " + readers + ";"
                + " grant usage on sequence doc_id_seq to " + readers + ";"
                + " create function leave_tenant(value text) returns void language sql as"
                + " $$ select set_config('app.organization_id', value, false) $$;"
                + " create function leave_table() returns void language plpgsql as"
                + " $$ begin create temp table left_over as select * from doc; end $$;"
                + " create function counted(int) returns bigint language sql as 'select count(*) from doc';"
                + " create table note (id serial primary key, text text);"
                + " create function leave_by_trigger() returns trigger language plpgsql as"
                + " $$ begin if new.text = 'more' then execute 'listen channel; create temp table left_over (i int)';"
                + " elsif new.text = 'role' then execute 'set role " + readers + "';"
                + " else perform set_config('app.organization_id', new.text, false); end if; return new; end $$;"
                + " create trigger leaves before insert on note for each row execute function leave_by_trigger();"
                + " grant all on note, note_id_seq to " + app + ";"
                + " create sequence runs; grant all on sequence runs to " + app + ", " + readers + ";"
                + " create function fails_with(state text) returns int language plpgsql as $$ begin"
                + " perform nextval('runs'); raise exception 'as it was told' using errcode = state; end $$");
        fill();
        database.execute("grant temporary on database " + databaseName() + " to " + app);
        database.execute("grant all on schema public to " + app);
    }

    /** The rows that each test begins with. */
    void fill() {
        database.execute("truncate doc; insert into doc (org) select '" + ACME.organizationId()
                + "' from generate_series(1, " + OF_ACME + "); insert into doc (org) select '" + GLOBEX.organizationId()
                + "' from generate_series(1, " + OF_GLOBEX + ")");
    }

    private String databaseName() {
        return user.getDatabaseName();
    }

    /** Who owns nothing, but is a member of {@link #readers()}, whose rights are inherited. */
    PGSimpleDataSource user() {
        PGSimpleDataSource copy = new PGSimpleDataSource();
        copy.setURL(user.getURL());
        copy.setUser(user.getUser());
        copy.setPassword(user.getPassword());
        return copy;
    }

    String readers() {
        return readers;
    }

    /** How often a function that fails by itself has been run, of which no rollback takes anything back. */
    String runs() throws SQLException {
        return Sql.query(database.administrator(), "select last_value + is_called::int from runs");
    }

    long runsSince(String before) throws SQLException {
        return Long.parseLong(runs()) - Long.parseLong(before);
    }

    TestDatabase database() {
        return database;
    }

    @Override
    public void close() {
        String owned = "drop owned by " + readers + "; drop role " + readers;
        database.execute(owned);
        database.close();
    }
}
