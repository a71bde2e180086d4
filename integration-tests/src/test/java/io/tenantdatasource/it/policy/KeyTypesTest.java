package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The types of keys and organizations are read from the catalog, not assumed. */
class KeyTypesTest {

    private static final SessionPolicies OWN_COLUMN = SessionPolicies.ownColumn();

    @AutoClose
    private ItemsDatabase database;

    @BeforeEach
    void createTypes() throws SQLException {
        database = new ItemsDatabase();
        database.asAdministrator("create extension citext;"
                + " create collation folding (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
        database.asOwner("""
                create domain organization_uuid as uuid;
                create domain short_text as varchar(40);
                create domain code as short_text;
                create domain key_number as bigint;
                create domain checked as varchar(10) check (10 / (length(value) - 8) <> 0);
                create type color as enum ('red', 'green', 'blue')""");
    }

    private void create(String ddl) throws SQLException {
        database.asOwner(ddl);
        database.asAdministrator("grant all on all tables in schema public to " + database.application());
    }

    @ParameterizedTest
    @CsvSource({
        "uuid, ac3e0000-0000-4000-8000-000000000001, 610be000-0000-4000-8000-000000000002",
        "organization_uuid, ac3e0000-0000-4000-8000-000000000001, 610be000-0000-4000-8000-000000000002",
        "smallint, 1, 2",
        "integer, 1, -2",
        "bigint, 100000000000000001, 2",
        "key_number, 1, 2",
        "text, acme, globex's \\ \"one\"",
        "varchar, acme, globex",
        "varchar(10), acme, globex",
        "code, acme, globex",
        "bigint, 1234567890123456789, 1234567890123456788",
        "bigint, 9223372036854775807, -9223372036854775808",
        "key_number, 1234567890123456789, 123456789012345678",
        "numeric, 1.5, 1.50001",
        "'numeric(20,0)', 12345678901234567890, 12345678901234567891",
        "'numeric(10,2)', 1.50, 1.51",
        "char(10), bob, b",
        "char, b, c",
        "bpchar, bob, bo",
        "name, acme, globex",
        "checked, acme, globex",
        "citext, acme, globex"
    })
    void organizationsMayBeOfTheseTypes(String type, String acme, String globex) throws SQLException {
        create("create table t (name text, organization_id " + type + ", user_id " + type + ");"
                + " insert into t values ('a', '" + acme + "', '" + acme + "'), ('b', '" + globex.replace("'", "''")
                + "', '" + globex.replace("'", "''") + "'), ('n', null, null)");
        database.migrate(TablePolicies.ownColumn("t").userColumn("user_id"));
        assertThat(database.names(Tenant.of(acme), "t")).isEqualTo("a");
        assertThat(database.names(Tenant.of(globex), "t")).isEqualTo("b");
        assertThat(database.names(Tenant.of(globex).withUser(globex), "t")).isEqualTo("b");
        assertThat(database.names(Tenant.of(globex).withUser(acme), "t")).isNull();
        for (String malformed : List.of(
                "99999999999999999999",
                "9223372036854775808",
                "garbage",
                "1e3",
                "NaN",
                acme + "x",
                acme + "7",
                acme + "\n")) {
            assertThat(database.names(Tenant.of(malformed), "t")).as(malformed).isNull();
            assertThat(database.names(Tenant.of(acme).withUser(malformed), "t"))
                    .as(malformed)
                    .isNull();
        }
        readsSeveral(acme, globex);
        assertThat(database.update(Tenant.of(acme), "update t set name = 'c'")).isEqualTo(1);
    }

    private void readsSeveral(String acme, String globex) throws SQLException {
        database.migrate(
                TablePolicies.ownColumn("t").userColumn("user_id").organizationsSetting("app.organization_ids"));
        assertThat(database.names(Tenant.of(acme), "t")).isEqualTo("a");
        assertThat(database.names(Tenant.of(acme).reading(globex), "t")).isEqualTo("a b");
        assertThat(database.names(Tenant.of(globex).reading(acme), "t")).isEqualTo("a b");
        assertThat(database.names(Tenant.of(globex).reading(acme).withUser(acme), "t"))
                .isEqualTo("a");
        for (String malformed : List.of(
                "99999999999999999999", "9223372036854775808", "garbage", "1e3", "NaN", acme + "x", acme + "7")) {
            assertThat(database.names(Tenant.of(globex).reading(malformed), "t"))
                    .as(malformed)
                    .isEqualTo("b");
            assertThat(database.names(Tenant.of(malformed).reading(acme, globex), "t"))
                    .as(malformed)
                    .isIn(null, "a b");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytea", "real", "color", "text[]", "jsonb", "boolean", "oid", "date", "\"char\""})
    void organizationsOfOtherTypesAreRefused(String type) throws SQLException {
        create("create table t (name text, organization_id " + type + ")");
        Refused.by(
                        database.reviewed().database(),
                        "42804",
                        () -> TablePolicies.ownColumn("t").apply(database.owner()))
                .naming("column organization_id of table public.t")
                .hinting("uuid");
    }

    @ParameterizedTest
    @CsvSource({
        "uuid, uuid, ac3e0000-0000-4000-8000-000000000001, 610be000-0000-4000-8000-000000000002",
        "organization_uuid, uuid, ac3e0000-0000-4000-8000-000000000001, 610be000-0000-4000-8000-000000000002",
        "uuid, organization_uuid, ac3e0000-0000-4000-8000-000000000001, 610be000-0000-4000-8000-000000000002",
        "bigint, smallint, 1, 2",
        "integer, bigint, 1, 2",
        "key_number, integer, 1, 2",
        "text, varchar(10), acme, globex",
        "code, text, acme, globex",
        "code, code, acme, globex",
        "char(4), char(4), aaaa, aaab",
        "date, date, 2026-01-01, 2026-01-02",
        "date, timestamp, 2026-01-01, 2026-01-02",
        "boolean, boolean, true, false",
        "bytea, bytea, \\x00, \\x0000",
        "inet, inet, 192.0.2.0/24, 192.0.2.0/25",
        "citext, citext, acme, globex",
        "name, name, acme, globex",
        "timestamptz, timestamptz, 2026-01-01 00:00+00, 2026-01-01 00:00:00.000001+00",
        "numeric, numeric, 1.5, 1.6",
        "color, color, red, blue",
        "bit(3), bit(3), 101, 100"
    })
    void parentsMayBeNamedByTheseTypes(String type, String parentType, String acme, String globex) throws SQLException {
        create("create table p (id " + parentType + " primary key, organization_id integer);"
                + " create table t (name text, p_id " + type + ");"
                + " insert into p values ('" + acme + "', 1), ('" + globex + "', 2);"
                + " insert into t values ('a', '" + acme + "'), ('b', '" + globex + "'), ('n', null)");
        database.migrate(TablePolicies.throughParent("t", "p").on("p_id", "id"));
        assertThat(database.names(Tenant.of("1"), "t")).isEqualTo("a");
        assertThat(database.names(Tenant.of("2"), "t")).isEqualTo("b");
        assertThat(database.update(Tenant.of("1"), "insert into t values ('new', '" + acme + "')"))
                .isEqualTo(1);
    }

    /** Without a foreign key there may be rows that name none: a cast to the parent's own type would make them name one. */
    @ParameterizedTest
    @CsvSource({
        "text, varchar(3), bob, bobbob",
        "varchar(10), varchar(3), bob, bobbob",
        "numeric, 'numeric(4,1)', 1.5, 1.54",
        "timestamptz, timestamptz(0), 2026-01-01 00:00:01+00, 2026-01-01 00:00:01.4+00",
        "bit varying, bit varying(3), 101, 1011"
    })
    void aRowWhoseKeyOnlyBeginsLikeAParentsIsNobodys(String type, String parentType, String key, String longer)
            throws SQLException {
        create("create table p (id " + parentType + " primary key, organization_id integer);"
                + " create table t (name text, p_id " + type + ");"
                + " insert into p values ('" + key + "', 1);"
                + " insert into t values ('own', '" + key + "'), ('nobodys', '" + longer + "')");
        TablePolicies policies = TablePolicies.throughParent("t", "p").on("p_id", "id");
        for (TablePolicies shape : new TablePolicies[] {policies, policies.forLists()}) {
            database.migrate(shape);
            assertThat(database.names(Tenant.of("1"), "t")).isEqualTo("own");
            assertThatThrownBy(
                            () -> database.update(Tenant.of("1"), "insert into t values ('forged', '" + longer + "')"))
                    .hasStackTraceContaining("row-level security");
        }
    }

    @ParameterizedTest
    @CsvSource({"text, uuid", "numeric, integer", "char(4), text", "date, timestamptz", "color, text"})
    void parentsOfAnotherTypeAreRefused(String type, String parentType) throws SQLException {
        create("create table p (id " + parentType + " primary key, organization_id integer);"
                + " create table t (name text, p_id " + type + ")");
        Refused.by(
                        database.reviewed().database(),
                        "42804",
                        () -> TablePolicies.throughParent("t", "p")
                                .on("p_id", "id")
                                .apply(database.owner()))
                .naming("column p_id of table public.t", "column id of table public.p")
                .hinting("same type");
    }

    /** As the foreign key has it: char is looked up in text without its blanks, so no parent with a blank is ever meant. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aForeignKeyBetweenTwoTypesSaysWhichParentIsMeant(boolean forLists) throws SQLException {
        create("""
                create table p (id text primary key, organization_id integer);
                create table t (name text, p_id char(10) references p);
                insert into p values ('bob', 1), ('b', 2), ('bob ', 2), ('bob       ', 2), ('BOB', 2);
                insert into t values ('bobs', 'bob'), ('bs', 'b'), ('BOBs', 'BOB')""");
        database.migrate(
                forLists ? TablePolicies.throughParent("t", "p").forLists() : TablePolicies.throughParent("t", "p"));
        assertThat(database.names(Tenant.of("1"), "t")).isEqualTo("bobs");
        assertThat(database.names(Tenant.of("2"), "t")).isEqualTo("BOBs bs");
    }

    /** The review of this library found A to see the session of b, and not that of bob: a cast had cut the keys to char(1). */
    @ParameterizedTest
    @MethodSource("ways")
    void aSessionIsNoOtherUsersThoughItsTypeIsAnother(SessionPolicies policies) throws SQLException {
        create("""
                drop table user_sessions, users;
                create table users (id char(10) primary key, organization_id text not null);
                create table user_sessions (session_token text, user_id varchar(10) references users, ip_address text);
                insert into users values ('bob', 'A'), ('b', 'B');
                insert into user_sessions values ('session of bob', 'bob'), ('session of b', 'b')""");
        database.reviewed().migrate(policies);
        assertThat(database.reviewed().tokens(Tenant.of("A"))).isEqualTo("session of bob");
        assertThat(database.reviewed().tokens(Tenant.of("A").withUser("bob"))).isEqualTo("session of bob");
        assertThat(database.reviewed().tokens(Tenant.of("A").withUser("b"))).isNull();
        assertThat(database.reviewed().tokens(Tenant.of("B"))).isEqualTo("session of b");
    }

    /** To the foreign key, which compares them as text, ACME and acme are two; to the column, one. */
    @ParameterizedTest
    @CsvSource({"citext, text", "char(10), text", "varchar(10), char(10)"})
    void anOrganizationWhoseForeignKeyComparesItInAnotherWayIsRefused(String type, String key) throws SQLException {
        create("create table organizations (id " + key + " primary key);"
                + " create table t (name text, organization_id " + type + " references organizations)");
        Refused.by(
                        database.reviewed().database(),
                        "42804",
                        () -> TablePolicies.ownColumn("t").apply(database.owner()))
                .naming("column organization_id of table public.t", "foreign key")
                .hinting("type of the column that it refers to");
    }

    /** Whose a row is would depend on the time zone of who asks. */
    @Test
    void keysThatAreEqualOnlyInSomeTimeZonesAreRefused() throws SQLException {
        create("create table p (id timestamptz primary key, organization_id integer);"
                + " create table t (name text, p_id date references p)");
        Refused.by(
                        database.reviewed().database(),
                        "42804",
                        () -> TablePolicies.throughParent("t", "p").apply(database.owner()))
                .naming("column p_id of table public.t", "column id of table public.p", "settings")
                .hinting("same type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"integer[]", "int4range", "pair"})
    void keysOfMoreThanOneValueAreRefused(String type) throws SQLException {
        create("create type pair as (a text, b text);"
                + " create table p (id " + type + " primary key, organization_id integer);"
                + " create table t (name text, p_id " + type + " references p)");
        Refused.by(
                        database.reviewed().database(),
                        "42804",
                        () -> TablePolicies.throughParent("t", "p").apply(database.owner()))
                .naming("column id of table public.p")
                .hinting("one value");
    }

    /** Each collation below takes ACME and acme for one: one organization would see the other's rows, or forge them. */
    @ParameterizedTest
    @ValueSource(
            strings = {"user_sessions.user_id", "users.id", "users.organization_id", "user_sessions.organization_id"})
    void collationsThatTakeTwoForOneAreRefusedForSessions(String column) throws SQLException {
        create("""
                drop table user_sessions, users;
                create table users (id text unique, organization_id text not null);
                create table user_sessions (session_token text, user_id text, organization_id text, ip_address text)""");
        String[] name = column.split("\\.", 2);
        database.asOwner("alter table " + name[0] + " alter " + name[1] + " type text collate folding");
        for (SessionPolicies policies : ways().toList()) {
            if (!column.equals("user_sessions.organization_id") || policies == OWN_COLUMN) {
                Refused.by(database.reviewed().database(), "42P21", () -> policies.apply(database.owner()))
                        .naming("column " + name[1] + " of table public." + name[0], "public.folding")
                        .hinting("deterministic");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"t.p_id", "p.id", "p.organization_id", "t.user_id"})
    void collationsThatTakeTwoForOneAreRefusedForTables(String column) throws SQLException {
        create("create table p (id text unique, organization_id text);"
                + " create table t (name text, p_id text, user_id text, organization_id text)");
        String[] name = column.split("\\.", 2);
        database.asOwner("alter table " + name[0] + " alter " + name[1] + " type text collate folding");
        TablePolicies policies =
                TablePolicies.throughParent("t", "p").on("p_id", "id").userColumn("user_id");
        for (TablePolicies refused : List.of(policies, policies.forLists())) {
            Refused.by(database.reviewed().database(), "42P21", () -> refused.apply(database.owner()))
                    .naming("column " + name[1] + " of table public." + name[0], "public.folding")
                    .hinting("deterministic");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"organization_id", "user_id"})
    void collationsThatTakeTwoForOneAreRefusedForAnOwnColumn(String column) throws SQLException {
        create("create table t (name text, organization_id text, user_id text);" + " alter table t alter " + column
                + " type text collate folding");
        Refused.by(
                        database.reviewed().database(),
                        "42P21",
                        () -> TablePolicies.ownColumn("t").userColumn("user_id").apply(database.owner()))
                .naming("column " + column + " of table public.t", "public.folding")
                .hinting("deterministic");
    }

    /** The column that is added is one with that of the users in all, so that one order, and one index, serves both. */
    @Test
    void theColumnThatIsAddedHasTheCollationOfTheUsers() throws SQLException {
        create("alter table users alter organization_id type varchar(40) collate \"C\"");
        OWN_COLUMN.apply(database.owner());
        assertThat(
                        database.catalog(
                                "select format_type(atttypid, atttypmod) || ' ' || attcollation::regcollation"
                                        + " from pg_attribute where attrelid = 'user_sessions'::regclass and attname = 'organization_id'"))
                .isEqualTo("character varying(40) \"C\"");
    }

    /** Without a unique index a session would be each organization's that has a user of that id. */
    @ParameterizedTest
    @ValueSource(strings = {"", "unique (id) deferrable"})
    void usersWhoseKeyIsNotUniqueAreRefused(String constraint) throws SQLException {
        create("drop table user_sessions, users;"
                + " create table users (id text, organization_id text" + (constraint.isEmpty() ? "" : ", " + constraint)
                + ");"
                + " create table user_sessions (session_token text, user_id text)");
        for (SessionPolicies policies : ways().toList()) {
            Refused.by(database.reviewed().database(), "42830", () -> policies.apply(database.owner()))
                    .naming("public.users", "id")
                    .hinting("unique");
        }
    }

    private static Stream<SessionPolicies> ways() {
        return Stream.of(
                SessionPolicies.throughUsers(), SessionPolicies.throughUsers().forLists(), OWN_COLUMN);
    }

    @ParameterizedTest
    @EnumSource(Solution.class)
    void usersAndOrganizationsOfSessionsMayBeNumbers(Solution solution) throws SQLException {
        sessionsWith("bigint", "smallint", "7", "70", "1", "2");
        assertIsolated(solution, "7", "1", "2");
    }

    @ParameterizedTest
    @EnumSource(Solution.class)
    void usersAndOrganizationsOfSessionsMayBeTexts(Solution solution) throws SQLException {
        sessionsWith("text", "varchar(40)", "alice", "carol", "acme", "it''s globex");
        assertIsolated(solution, "alice", "acme", "it's globex");
    }

    private void sessionsWith(
            String userType, String organizationType, String alice, String carol, String acme, String globex)
            throws SQLException {
        create("""
                drop table user_sessions, users;
                create table users (id %1$s primary key, organization_id %2$s not null);
                create table user_sessions (
                  session_token text, user_id %1$s references users on delete cascade, ip_address text);
                insert into users values ('%3$s', '%5$s'), ('%4$s', '%6$s');
                insert into user_sessions values ('alice-phone', '%3$s'), ('carol-laptop', '%4$s'), ('nobody', null)""".formatted(userType, organizationType, alice, carol, acme, globex));
    }

    private void assertIsolated(Solution solution, String alice, String acme, String globex) throws SQLException {
        SessionPolicies policies = solution.policies();
        database.reviewed().migrate(policies);
        assertThat(database.reviewed().tokens(Tenant.of(acme))).isEqualTo("alice-phone");
        assertThat(database.reviewed().tokens(Tenant.of(globex))).isEqualTo("carol-laptop");
        assertThat(database.reviewed().tokens(Tenant.of(globex).withUser(alice)))
                .isNull();
        assertThat(database.reviewed().tokens(Tenant.of("1e3"))).isNull();
        assertThat(database.update(Tenant.of(acme), "insert into user_sessions values ('new', '" + alice + "')"))
                .isEqualTo(1);
        assertThat(database.update(Tenant.of(acme), "delete from user_sessions"))
                .isEqualTo(2);
        policies.undo(database.owner());
    }
}
