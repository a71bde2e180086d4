package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The types of keys and organizations are read from the catalog, not assumed. */
class KeyTypesTest {

    @AutoClose
    private ItemsDatabase database;

    @BeforeEach
    void createTypes() throws SQLException {
        database = new ItemsDatabase();
        database.asOwner("""
                create domain organization_uuid as uuid;
                create domain short_text as varchar(40);
                create domain code as short_text;
                create domain key_number as bigint;
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
        "code, acme, globex"
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
        assertThat(database.names(Tenant.of("99999999999999999999"), "t")).isNull();
        assertThat(database.names(Tenant.of("garbage"), "t")).isNull();
        assertThat(database.update(Tenant.of(acme), "update t set name = 'c'")).isEqualTo(1);
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
