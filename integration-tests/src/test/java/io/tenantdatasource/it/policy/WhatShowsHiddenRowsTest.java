package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ShapesDatabase.A;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.policy.DdlGuard;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The check, the callback and the event triggers ask the same question: each opening is found by all of them, nothing else is. */
class WhatShowsHiddenRowsTest {

    private static final String OFF = "set tenant_datasource.ddl_guard = off; ";

    private static final EnumSet<Opening> WHAT_ONE_STATEMENT_MENDS = EnumSet.of(
            Opening.VIEW,
            Opening.VIEW_OF_A_VIEW,
            Opening.VIEW_OF_A_PARTITION,
            Opening.NO_LONGER_THE_INVOKERS,
            Opening.SWITCHED_OFF,
            Opening.NOT_FORCED);

    @AutoClose
    private GuardedDatabase database;

    @BeforeEach
    void protect() {
        database = new GuardedDatabase();
    }

    private boolean isOpen(Opening opening) throws SQLException {
        return database.shapes().query(A, opening.proof()).equals("t");
    }

    private void open(Opening opening) {
        database.asAdministrator(opening.preparation());
        database.asAdministrator(opening.change());
    }

    @Test
    void nothingIsFoundWhereAllIsInOrder() throws SQLException {
        assertThat(database.findings()).isEmpty();
        database.requireProtected();
    }

    @ParameterizedTest
    @EnumSource
    void whatShowsForeignRowsIsFound(Opening opening) throws SQLException {
        open(opening);
        assertThat(isOpen(opening)).as("the hole").isTrue();

        assertThat(database.findings()).containsExactly(opening.rule() + " " + opening.object());
        database.assertRefused(database::requireProtected).naming(opening.object() + " (" + opening.rule() + ")");
    }

    @ParameterizedTest
    @EnumSource
    void theCommandThatOpensItIsRefused(Opening opening) throws SQLException {
        DdlGuard.refusing().apply(database.administrator());
        database.asAdministrator(OFF + opening.preparation());

        database.assertRefused(() -> run(database.named(opening.change())))
                .naming(opening.object() + " (" + opening.rule() + ")");
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = database.administrator().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatOneStatementMendsIsMendedByIt(Opening opening) throws SQLException {
        open(opening);
        String mending = database.mending();
        assertThat(!mending.isEmpty()).isEqualTo(WHAT_ONE_STATEMENT_MENDS.contains(opening));

        if (!mending.isEmpty()) {
            database.asAdministrator(mending);
            assertThat(database.findings()).isEmpty();
            database.requireProtected();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create view v with (security_invoker = true) as select * from surveys; grant select on v to {app}",
                "create view v as select * from surveys; alter view v owner to {owner}; grant select on v to {app}",
                "create view v as select * from countries; grant select on v to {app}",
                "create view nobody_reads_it as select * from surveys",
                "create materialized view m as select * from countries; grant select on m to {app}",
                "create table nobody_reads_it (organization_id uuid references organizations (id))",
                "create table t (workspace_id text, parent_id uuid, id uuid); grant select on t to {app}",
                "create schema hidden; create table hidden.t (organization_id uuid); grant select on hidden.t to {app}",
                "create policy less on surveys as restrictive using (true)",
                "create policy for_a_job on surveys to {owner} using (true)",
                "create policy theirs on countries using (true); alter table countries enable row level security;"
                        + "grant select on countries to authenticated",
                "create function f() returns int language sql as 'select 1'",
                OFF
                        + "create function f() returns int language sql security definer as 'select 1'; alter function f() owner to {owner}",
                OFF
                        + "create function f() returns int language sql security definer as 'select 1'; revoke all on function f() from public",
                "create function f() returns trigger language plpgsql security definer as 'begin return new; end'",
                "create extension hstore; alter function hstore_to_json(hstore) security definer",
                "create table t partition of events for values from ('2030-01-01') to ('2031-01-01')"
            })
    void whatShowsNothingIsNotFound(String change) throws SQLException {
        DdlGuard.refusing().apply(database.administrator());

        database.asAdministrator(change);

        assertThat(database.findings()).isEmpty();
        database.requireProtected();
    }

    @Test
    void whatAMemberOfTheMembersMayBecomeCounts() throws SQLException {
        String team = database.shapes().reviewed().database().createUser("team").getUser();
        database.asAdministrator("grant authenticated to " + team);
        database.asAdministrator("create view v as select * from surveys; grant select on v to " + team);

        assertThat(database.findings()).as("of the application").isEmpty();
        database.assertRefused(database::requireProtected).naming("public.v (view-that-shows-hidden-rows)");
    }

    @Test
    void ourOwnFunctionsAreKnownByTheirMark() throws SQLException {
        database.asAdministrator("create function f() returns int language sql security definer as 'select 1';"
                + "comment on function f() is 'tenant-datasource: login; 0123456789abcdef'");
        database.requireProtected();

        database.asAdministrator("comment on function f() is 'login'");
        database.assertRefused(database::requireProtected).naming("public.f()");
    }

    @Test
    void whatIsMeantIsAcceptedByName() throws SQLException {
        open(Opening.VIEW);
        open(Opening.FUNCTION);
        open(Opening.COLUMN);
        DdlGuard accepting = DdlGuard.refusing()
                .accept("public.all_surveys", "public.\"Notes\"")
                .accept("public.count_surveys(uuid,text)");

        accepting.requireProtected(database.owner());
        try (Connection connection = database.owner().getConnection()) {
            accepting.requireProtected(connection);
            database.assertRefused(() -> DdlGuard.refusing().requireProtected(connection))
                    .naming("public.all_surveys", "public.count_surveys(uuid, text)", "public.\"Notes\"");
        }

        database.asAdministrator("alter role {owner} set tenant_datasource.accept ="
                + " 'public.all_surveys; public.count_surveys(uuid, text);public.\"Notes\"'");
        database.requireProtected();
        database.asAdministrator("alter role {owner} reset tenant_datasource.accept");
    }

    @Test
    void aNameIsComparedByWhatItMeans() throws SQLException {
        open(Opening.VIEW);
        database.assertRefused(() -> DdlGuard.refusing().accept("all_surveys").requireProtected(database.owner()))
                .naming("public.all_surveys");
        database.asAdministrator("alter view all_surveys rename to renamed; create table all_surveys ()");

        database.assertRefused(
                        () -> DdlGuard.refusing().accept("public.all_surveys").requireProtected(database.owner()))
                .naming("public.renamed");
    }

    @ParameterizedTest
    @EnumSource(names = {"SWITCHED_OFF", "NOT_FORCED", "POLICY"})
    void whatIsProtectedCannotBeAccepted(Opening opening) throws SQLException {
        open(opening);

        database.assertRefused(
                        () -> DdlGuard.refusing().accept("public.surveys").requireProtected(database.owner()))
                .naming(opening.object());
    }

    @Test
    void whereNothingIsProtectedNothingIsRefused() throws SQLException {
        try (ReviewedDatabase unprotected = new ReviewedDatabase()) {
            unprotected.asAdministrator("create function f() returns int language sql security definer as 'select 1'");

            DdlGuard.refusing().requireProtected(unprotected.owner());
            DdlGuard.refusing().requireProtected(unprotected.application());
        }
    }
}
