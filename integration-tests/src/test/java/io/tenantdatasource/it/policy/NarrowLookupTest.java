package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ALICE;
import static io.tenantdatasource.it.policy.ReviewedDatabase.CAROL;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static io.tenantdatasource.it.policy.ReviewedDatabase.first;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.check.DatabaseCheck;
import io.tenantdatasource.check.Finding;
import io.tenantdatasource.check.Rule;
import io.tenantdatasource.check.WhyNoRow;
import io.tenantdatasource.policy.FoundRow;
import io.tenantdatasource.policy.NarrowLookup;
import io.tenantdatasource.policy.SchemaPlan;
import io.tenantdatasource.policy.SchemaPolicies;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The narrow ways in before there is a tenant: what they answer, what they need, and how they come and go. */
class NarrowLookupTest {

    private static final NarrowLookup BY_EMAIL =
            NarrowLookup.by("users", "email").returning("id", "organization_id");
    private static final NarrowLookup BY_TOKEN =
            NarrowLookup.by("user_sessions", "session_token").returning("user_id");

    private static final String ALICES = "alice@acme.example";

    /** What may protect the tables that are looked up in. */
    enum Protection {
        NONE,
        TABLE,
        SESSIONS,
        SCHEMA
    }

    @AutoClose
    private ReviewedDatabase database;

    private PGSimpleDataSource frontDoor;

    @BeforeEach
    void createTables() throws SQLException {
        database = new ReviewedDatabase();
        frontDoor = database.database().createUser("front_door");
        database.asOwner("create unique index users_email on users (email)");
    }

    private void protect(Protection protection) throws SQLException {
        switch (protection) {
            case NONE -> {}
            case TABLE -> {
                TablePolicies.ownColumn("users").apply(database.owner());
                TablePolicies.throughParent("user_sessions", "users").apply(database.owner());
            }
            case SESSIONS -> SessionPolicies.ownColumn().apply(database.owner());
            case SCHEMA ->
                SchemaPolicies.column("organization_id").plan(database.owner()).apply(database.owner());
        }
    }

    private void apply(NarrowLookup lookup) throws SQLException {
        lookup.apply(database.owner());
        database.asAdministrator("grant tenant_lookup to " + frontDoor.getUser());
    }

    private String idOf(NarrowLookup lookup, String value) throws SQLException {
        return lookup.find(frontDoor, value).map(row -> row.text("id")).orElse(null);
    }

    @ParameterizedTest
    @EnumSource
    void aValueFindsItsRowWhateverProtectsTheTable(Protection protection) throws SQLException {
        protect(protection);
        apply(BY_EMAIL);
        apply(BY_TOKEN);

        FoundRow alice = BY_EMAIL.find(frontDoor, ALICES).orElseThrow();
        assertThat(alice.get("id", UUID.class)).isEqualTo(ALICE);
        assertThat(alice.text("organization_id")).isEqualTo(ACME.organizationId());
        assertThat(BY_TOKEN.find(frontDoor, "carol-laptop"))
                .hasValueSatisfying(row -> assertThat(row.get("user_id")).isEqualTo(CAROL));
        assertThat(BY_TOKEN.find(frontDoor, "carol")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theTableMayBeProtectedAndProtectedAgainAfterwards(Protection protection) throws SQLException {
        apply(BY_EMAIL);
        database.asOwner("create view addresses as select email from users");
        database.asAdministrator(
                "grant select on addresses to " + database.application().getUser());
        protect(protection);
        database.asAdministrator(
                "grant authenticated to " + database.application().getUser());
        protect(protection);

        assertThat(idOf(BY_EMAIL, ALICES)).isEqualTo(ALICE.toString());
    }

    @Test
    void aPlanDoesNotDriftByALookUp() throws SQLException {
        SchemaPlan plan = SchemaPolicies.column("organization_id").plan(database.owner());
        plan.apply(database.owner());
        List<String> before = plan.drift(database.owner());
        apply(BY_EMAIL);
        assertThat(plan.drift(database.owner())).isEqualTo(before);
    }

    /** The policy of a look-up is for the owner: to grant that to the application would be the worst advice. */
    @Test
    void noCheckAdvisesToBecomeTheOwner() throws SQLException {
        apply(BY_EMAIL);
        DatabaseCheck check = DatabaseCheck.of("app.organization_id");
        assertThat(check.run(database.application()))
                .extracting(Finding::rule)
                .contains(Rule.ORGANIZATION_COLUMN_WITHOUT_ROW_SECURITY)
                .doesNotContain(Rule.POLICY_WITHOUT_ROW_SECURITY);

        database.asOwner("alter table users enable row level security");
        assertThat(check.run(database.application()))
                .filteredOn(finding -> finding.rule() == Rule.NO_POLICY)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.objects()).containsExactly("public.users");
                    assertThat(finding.mending().toString()).doesNotContain("grant");
                });
        assertThat(WhyNoRow.in("users")
                        .whereColumn("email", ALICES)
                        .ask(database.application())
                        .toString())
                .doesNotContain(database.owner().getUser());
    }

    @ParameterizedTest
    @EnumSource(TenantBinding.class)
    void aPoolsConnectionStaysBoundAndIsKept(TenantBinding binding) throws SQLException {
        TablePolicies.ownColumn("users").apply(database.owner());
        apply(BY_EMAIL);
        database.asAdministrator("grant tenant_lookup, authenticated to "
                + database.application().getUser());
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.application());
        config.setMaximumPoolSize(1);
        try (TenantDataSource bound = TenantDataSource.builder(new HikariDataSource(config))
                .binding(binding)
                .build()) {
            assertThat(BY_EMAIL.find(bound, ALICES)).isPresent();
            String server = pid(bound);
            try (TenantContext.Scope scope = TenantContext.open(GLOBEX)) {
                assertThat(BY_EMAIL.find(bound, ALICES)).isPresent();
                assertThat(BY_EMAIL.find(bound, "nobody@acme.example")).isEmpty();
                try (Connection connection = bound.getConnection()) {
                    connection.setAutoCommit(false);
                    assertThat(first(connection, "select organization_id from users_by_email('" + ALICES + "')"))
                            .isEqualTo(ACME.organizationId());
                    assertThat(first(connection, "select string_agg(email, ' ') from users"))
                            .isEqualTo("carol@globex.example");
                    connection.commit();
                    assertThat(first(connection, "select string_agg(email, ' ') from users"))
                            .isEqualTo("carol@globex.example");
                }
            }
            assertThat(BY_EMAIL.find(bound, ALICES)).isPresent();
            assertThat(pid(bound)).isEqualTo(server);
        }
    }

    private static String pid(TenantDataSource bound) throws SQLException {
        try (Connection connection = bound.getConnection()) {
            return first(connection, "select pg_backend_pid()");
        }
    }

    @Test
    void whoAsksMayHaveAssumedTheRole() throws SQLException {
        BY_EMAIL.apply(database.owner());
        String application = database.application().getUser();
        database.asAdministrator("alter role " + application + " noinherit; grant authenticated to " + application
                + "; grant tenant_lookup to authenticated");
        assertFails("42501", () -> BY_EMAIL.find(database.application(), ALICES));
        try (TenantDataSource assuming = TenantDataSource.builder(database.application())
                .assumeRole("authenticated")
                .build()) {
            assertThat(BY_EMAIL.find(assuming, ALICES)).isPresent();
        } finally {
            database.asAdministrator("revoke tenant_lookup from authenticated");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            uuid               | a11ce000-0000-4000-8000-000000000001 | A11CE000-0000-4000-8000-000000000001 | a11ce000-0000-4000-8000-00000000000 | or true
            smallint           | 7                                    | 007                                  | 70                                  | 99999
            integer            | -7                                   | -07                                  | 7                                   | 99999999999
            bigint             | 9223372036854775807                  | 9223372036854775807                  | 9223372036854775808                 | x
            numeric(5, 2)      | 7.25                                 | 7.250                                | 7.254                               | 1e1000000
            text               | Key                                  | Key                                  | key                                 | Key%
            varchar(3)         | Key                                  | Key                                  | Keys                                | K_y
            char(5)            | Key                                  | Key                                  | KeyKeyKey                           | Ke
            name               | Key                                  | Key                                  | key                                 | Ke
            citext             | Key                                  | kEY                                  | keys                                | Ke
            key_domain         | Key                                  | Key                                  | key                                 | Keys
            """)
    void aValueIsLookedUpAsItsIndexComparesIt(String type, String key, String equal, String other, String malformed)
            throws SQLException {
        database.asAdministrator("create extension if not exists citext");
        database.asOwner("create domain key_domain as varchar(3) check (value <> 'Keys')");
        database.asOwner("create table keys (key " + type + " unique, id int); insert into keys values ('" + key
                + "', 1), (null, 2)");
        TablePolicies.ownColumn("keys").organizationColumn("id").apply(database.owner());
        NarrowLookup lookup = NarrowLookup.by("keys", "key").returning("id");
        apply(lookup);

        assertThat(idOf(lookup, key)).isEqualTo("1");
        assertThat(idOf(lookup, equal)).isEqualTo("1");
        assertThat(idOf(lookup, other)).isNull();
        assertThat(idOf(lookup, malformed)).isNull();
        assertThat(idOf(lookup, "null")).isNull();
    }

    /** As equal as its unique index says: the blanks at the end of a char mean nothing, and nothing is cut off. */
    @Test
    void charIsNeitherPaddedNorCut() throws SQLException {
        database.asOwner("create table keys (key char(5) unique, id int); insert into keys values ('abc', 1), ('', 2)");
        NarrowLookup lookup = NarrowLookup.by("keys", "key").returning("id", "key");
        apply(lookup);
        assertThat(idOf(lookup, "abc")).isEqualTo("1");
        assertThat(idOf(lookup, "abc  ")).isEqualTo("1");
        assertThat(idOf(lookup, "abc   x")).isNull();
        assertThat(idOf(lookup, " abc")).isNull();
        assertThat(idOf(lookup, "  ")).isNull();
    }

    @Test
    void caseIsIgnoredWhereThatIsSaid() throws SQLException {
        NarrowLookup lookup = BY_EMAIL.ignoringCase();
        for (String type : List.of("text", "varchar(40)")) {
            database.asOwner("drop index if exists users_lower; alter table users alter email type " + type
                    + "; create unique index users_lower on users (lower(email)) where email is not null");
            apply(lookup);
            assertThat(idOf(lookup, "Alice@ACME.example")).isEqualTo(ALICE.toString());
            assertThat(idOf(lookup, "alice@acme.exampl_")).isNull();
            assertThat(idOf(lookup, "alice@acme.example ")).isNull();
            lookup.undo(database.owner());
        }
        database.asOwner("drop index users_lower");
        Refused.by(database.database(), "55000", () -> lookup.apply(database.owner()))
                .naming("table public.users", "unique index", "column email")
                .hinting("create unique index concurrently on public.users (lower(email))");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytea", "text", "varchar(64)", "char(64)"})
    void aKeyIsLookedUpByItsHash(String type) throws SQLException {
        String hash = "sha256('key')";
        database.asOwner("create table keys (hash " + type + " unique, id int); insert into keys values ("
                + (type.equals("bytea") ? hash : "encode(" + hash + ", 'hex')") + ", 1)");
        NarrowLookup lookup = NarrowLookup.by("keys", "hash").returning("id").byHash();
        apply(lookup);
        assertThat(idOf(lookup, "key")).isEqualTo("1");
        assertThat(idOf(lookup, "Key")).isNull();
        assertThat(idOf(lookup, "\\x2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683"))
                .isNull();
        assertThat(idOf(lookup, "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683"))
                .isNull();
    }

    @Test
    void aSecretIsFoundByTheHashOfItAlone() throws SQLException {
        database.asOwner("create table keys (key text unique, id int); create index keys_of_others on keys (id);"
                + " insert into keys select 'key-' || i, i from generate_series(1, 5000) i");
        NarrowLookup lookup = NarrowLookup.by("keys", "key").returning("id").secret();
        TablePolicies.ownColumn("keys").organizationColumn("id").apply(database.owner());
        String before = dump();
        apply(lookup);
        apply(lookup);
        database.asAdministrator("analyze keys");
        assertThat(idOf(lookup, "key-17")).isEqualTo("17");
        assertThat(idOf(lookup, "key-1_")).isNull();
        assertThat(scans("keys", "keys_by_key", "key-1")).isEqualTo("keys_by_key_idx");

        NarrowLookup plain = NarrowLookup.by("keys", "key").returning("id");
        apply(plain);
        assertThat(database.catalog("select to_regclass('keys_by_key_idx')")).isNull();
        assertThat(scans("keys", "keys_by_key", "key-1")).isEqualTo("keys_key_key");
        database.inOneTransaction(database.owner(), lookup.sql());
        assertThat(database.catalog("select obj_description('keys_by_key_idx'::regclass)"))
                .startsWith("tenant-datasource: lookup_");
        lookup.undo(database.owner());
        lookup.undo(database.owner());
        assertThat(dump()).isEqualTo(before);
    }

    /** Such texts are easily made: PostgreSQL's hash of a text keeps no secrets. */
    @Test
    void aTextWithTheSameHashAsASecretIsNobodys() throws SQLException {
        database.asOwner("create table keys (key text unique, id int);"
                + " insert into keys values ('of-the-same-hash-as-anot', 1)");
        NarrowLookup lookup = NarrowLookup.by("keys", "key").returning("id").secret();
        apply(lookup);
        assertThat(idOf(lookup, "of-the-same-hash-as-anot")).isEqualTo("1");
        assertThat(idOf(lookup, "tcjVmMAY75EdrfdJflQmLTsy")).isNull();
    }

    @Test
    void allOrganizationsOfAUserAreFound() throws SQLException {
        try (ShapesDatabase shapes = ShapesDatabase.whereAllIsProtected()) {
            NarrowLookup organizations = NarrowLookup.by("memberships", "user_id")
                    .returning("organization_id")
                    .severalRows();
            organizations.apply(shapes.owner());
            shapes.asAdministrator("grant tenant_lookup to " + shapes.application());
            PGSimpleDataSource application = shapes.reviewed().application();

            assertThat(organizations.findAll(application, "000000ab-0000-4000-8000-000000000001"))
                    .extracting(row -> row.text("organization_id"))
                    .containsExactlyInAnyOrder(ShapesDatabase.A.organizationId(), ShapesDatabase.B.organizationId());
            assertThat(organizations.findAll(application, "0000000a-0000-4000-8000-000000000001"))
                    .hasSize(1);
            for (String nobody : new String[] {null, "", "%", "0000000a-0000-4000-8000-000000000000"}) {
                assertThat(organizations.findAll(application, nobody))
                        .as(nobody)
                        .isEmpty();
            }
            assertThatThrownBy(() -> organizations.find(application, "x"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("findAll");

            shapes.asAdministrator("drop index memberships_user_id_idx");
            Refused.by(shapes.reviewed().database(), "55000", () -> organizations.apply(shapes.owner()))
                    .hinting("create index concurrently on public.memberships (user_id)");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index on users (email)",
                "create unique index on users (email, id)",
                "create unique index on users (id, email)",
                "create unique index on users (email) where organization_id is not null",
                "create unique index on users (lower(email))",
                "create unique index on users ((email || ''))",
                "create unique index on users (email collate \"POSIX\")",
                "create index on users using hash (email)"
            })
    void anIndexThatDoesNotTellTheOneRowIsRefused(String useless) throws SQLException {
        database.asOwner("drop index users_email; " + useless);
        Refused.by(database.database(), "55000", () -> BY_EMAIL.apply(database.owner()))
                .naming("table public.users", "unique index", "column email")
                .hinting("create unique index concurrently on public.users (email)");
    }

    @Test
    void anIndexThatIsNotValidIsRefused() throws SQLException {
        database.asAdministrator("update pg_index set indisvalid = false where indexrelid = 'users_email'::regclass");
        Refused.by(database.database(), "55000", () -> BY_EMAIL.apply(database.owner()))
                .hinting("not valid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create unique index on users (email desc) include (id) where email is not null",
                "create unique index on users (email text_pattern_ops)",
                "alter table users add unique nulls not distinct (email)"
            })
    void anIndexThatTellsItInAnotherWayWillDo(String other) throws SQLException {
        database.asOwner("drop index users_email; " + other);
        apply(BY_EMAIL);
        assertThat(idOf(BY_EMAIL, ALICES)).isEqualTo(ALICE.toString());
    }

    @Test
    void twoRowsOfOneValueAreNobodys() throws SQLException {
        apply(BY_EMAIL);
        database.asOwner("drop index users_email; insert into users values (gen_random_uuid(), '"
                + GLOBEX.organizationId() + "', '" + ALICES + "')");
        assertThat(idOf(BY_EMAIL, ALICES)).isNull();
    }

    @Test
    void aCollationThatTakesTextsForOneIsRefused() throws SQLException {
        database.asOwner("create collation blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
                + " alter table users alter email type text collate blind");
        for (NarrowLookup lookup : List.of(BY_EMAIL, BY_EMAIL.ignoringCase(), BY_EMAIL.secret(), BY_EMAIL.byHash())) {
            Refused.by(database.database(), "42P21", () -> lookup.apply(database.owner()))
                    .naming("column email of table public.users");
        }
    }

    @Test
    void typesInWhichNothingIsLookedUpAreRefused() throws SQLException {
        database.asAdministrator("create extension if not exists citext");
        database.asOwner(
                "create table keys (b bytea unique, t timestamptz unique, c citext unique, s varchar(63) unique,"
                        + " a text[] unique, i int unique)");
        for (NarrowLookup lookup : List.of(
                in("b"),
                in("t"),
                in("a"),
                in("c").ignoringCase(),
                in("s").byHash(),
                in("i").byHash(),
                in("i").ignoringCase(),
                in("i").secret())) {
            Refused.by(database.database(), "42804", () -> lookup.apply(database.owner()))
                    .naming("of table public.keys has the type");
        }
    }

    private static NarrowLookup in(String column) {
        return NarrowLookup.by("keys", column).returning("i");
    }

    @Test
    void whatIsMissingIsNamed() throws SQLException {
        Refused.by(
                        database.database(),
                        "42703",
                        () -> NarrowLookup.by("users", "email")
                                .returning("id", "password_hash")
                                .apply(database.owner()))
                .naming("table public.users has no column password_hash");
        Refused.by(
                        database.database(),
                        "42703",
                        () -> NarrowLookup.by("users", "mail")
                                .returning("id")
                                .secret()
                                .apply(database.owner()))
                .naming("mail");
        Refused.by(
                        database.database(),
                        "42P01",
                        () -> NarrowLookup.by("people", "email").returning("id").apply(database.owner()))
                .naming("public.people");
        database.asOwner("create view everybody as select * from users");
        Refused.by(
                        database.database(),
                        "42809",
                        () -> NarrowLookup.by("everybody", "email")
                                .returning("id")
                                .apply(database.owner()))
                .naming("everybody");
    }

    @Test
    void whatIsReturnedMayBeOfAnyTypeAndChange() throws SQLException {
        database.asOwner("create type mood as enum ('good'); alter table users add \"Mood's\" mood default 'good',"
                + " add tags text[] default '{a}', add settings json default '{}', add phone varchar(9)");
        NarrowLookup lookup =
                NarrowLookup.by("users", "email").returning("Mood's", "tags", "settings", "phone", "email", "id");
        apply(lookup);
        FoundRow row = lookup.find(frontDoor, ALICES).orElseThrow();
        assertThat(row.values()).containsOnlyKeys("Mood's", "tags", "settings", "phone", "email", "id");
        assertThat(row.text("Mood's")).isEqualTo("good");
        assertThat(row.text("settings")).isEqualTo("{}");
        assertThat(row.get("phone")).isNull();

        database.asOwner("alter table users alter phone type text");
        apply(lookup);
        assertThat(idOf(lookup, ALICES)).isEqualTo(ALICE.toString());
        apply(BY_EMAIL);
        assertThat(BY_EMAIL.find(frontDoor, ALICES).orElseThrow().values()).containsOnlyKeys("id", "organization_id");
    }

    @Test
    void lookUpsOfOneTableLiveSideBySide() throws SQLException {
        database.asOwner("insert into users select gen_random_uuid(), gen_random_uuid(), i || '@many.example'"
                + " from generate_series(1, 5000) i");
        protect(Protection.TABLE);
        String before = dump();
        apply(BY_EMAIL);
        String withOne = dump();
        NarrowLookup byId =
                NarrowLookup.by("users", "id").returning("id", "email").role("other_lookup");
        byId.apply(database.owner());
        byId.apply(database.owner());
        BY_EMAIL.apply(database.owner());
        database.asAdministrator("analyze users; grant other_lookup to " + frontDoor.getUser());
        assertThat(idOf(BY_EMAIL, ALICES)).isEqualTo(ALICE.toString());
        assertThat(idOf(byId, ALICE.toString())).isEqualTo(ALICE.toString());
        assertThat(idOf(byId, ALICES)).isNull();
        assertThat(scans("users", "users_by_id", ALICE.toString())).doesNotMatch("(^| )users( |$)");
        assertThat(scans("users", "users_by_email", ALICES)).doesNotMatch("(^| )users( |$)");

        byId.undo(database.owner());
        assertThat(dump()).isEqualTo(withOne);
        assertThat(idOf(BY_EMAIL, ALICES)).isEqualTo(ALICE.toString());
        BY_EMAIL.undo(database.owner());
        assertThat(dump()).isEqualTo(before);
        database.asAdministrator("drop role other_lookup");
    }

    /** Each index, or the table itself, that ten calls have read. */
    private String scans(String table, String function, String value) throws SQLException {
        try (Connection caller = frontDoor.getConnection()) {
            caller.setAutoCommit(false);
            for (int i = 0; i < 10; i++) {
                first(caller, "select * from " + function + "('" + value + "')");
            }
            return first(
                    caller,
                    "select string_agg(relation::text, ' ' order by relation::text) from (select '" + table
                            + "'::regclass union all select indexrelid::regclass from pg_index where indrelid = '"
                            + table
                            + "'::regclass) as relations (relation) where pg_stat_get_xact_numscans(relation) > 0");
        }
    }

    @Test
    void aRunWithNothingToDoWaitsForNobody() throws SQLException {
        protect(Protection.TABLE);
        apply(BY_EMAIL);
        String before = dump() + database.catalog("select string_agg(oid || ' ' || xmin, ' ') from pg_proc");
        try (Connection reader = database.owner().getConnection()) {
            reader.setAutoCommit(false);
            first(reader, "select count(*) from users");
            BY_EMAIL.lockTimeout(Duration.ofMillis(10)).apply(database.owner());
            assertFails(
                            "55P03",
                            () -> BY_EMAIL.role("tenant_lookup")
                                    .lockTimeout(Duration.ofMillis(10))
                                    .undo(database.owner()))
                    .hasMessageContaining("table public.users is in use");
            reader.rollback();
        }
        assertThat(dump() + database.catalog("select string_agg(oid || ' ' || xmin, ' ') from pg_proc"))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter policy users_by_email_policy on users using (true)",
                "drop policy users_by_email_policy on users",
                "grant execute on function users_by_email to public",
                "alter function users_by_email(text) reset search_path",
                "alter function users_by_email(text) security invoker",
                "alter function users_by_email(text) owner to postgres",
                "drop function users_by_email"
            })
    void whatSomebodyHasChangedIsPutRight(String change) throws SQLException {
        protect(Protection.TABLE);
        apply(BY_EMAIL);
        String before = dump();
        database.asAdministrator(change);
        assertThat(dump()).isNotEqualTo(before);
        BY_EMAIL.apply(database.database().administrator());
        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void aFunctionOfOthersIsNeitherReplacedNorDropped() throws SQLException {
        database.asOwner("create function users_by_email(text) returns text language sql as 'select $1';"
                + " create policy users_by_email_policy on users for select to session_user using (false)");
        for (NarrowLookup lookup : List.of(BY_EMAIL, BY_EMAIL.secret())) {
            Refused.by(database.database(), "42723", () -> lookup.apply(database.owner()))
                    .naming("users_by_email(text)")
                    .hinting("function(");
        }
        BY_EMAIL.undo(database.owner());
        assertThat(database.catalog("select users_by_email('kept')")).isEqualTo("kept");
        database.asOwner("drop function users_by_email");
        String before = dump();
        apply(BY_EMAIL);
        assertThat(idOf(BY_EMAIL, ALICES)).isEqualTo(ALICE.toString());
        BY_EMAIL.undo(database.owner());
        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void theLookUpOfAnotherTableIsNeitherReplacedNorDropped() throws SQLException {
        NarrowLookup find = BY_EMAIL.function("find");
        NarrowLookup same = BY_TOKEN.function("find");
        apply(find);
        Refused.by(database.database(), "42723", () -> same.apply(database.owner()))
                .naming("users");
        same.undo(database.owner());
        assertThat(idOf(find, ALICES)).isEqualTo(ALICE.toString());
    }

    @Test
    void aTableThatIsRenamedOrGivenAwayIsLookedUpAfterAnotherRun() throws SQLException {
        protect(Protection.TABLE);
        apply(BY_EMAIL);
        var heir = database.database().createUser("heir");
        database.asAdministrator("alter table users rename to people; alter table people owner to " + heir.getUser()
                + "; grant create on schema public to " + heir.getUser());
        NarrowLookup renamed = NarrowLookup.by("people", "email")
                .returning("id", "organization_id")
                .function("users_by_email");
        renamed.apply(database.database().administrator());
        assertThat(idOf(renamed, ALICES)).isEqualTo(ALICE.toString());
        assertThat(database.catalog(
                        "select polroles::regrole[] from pg_policy where polname = 'users_by_email_policy'"))
                .isEqualTo("{" + heir.getUser() + "}");
        renamed.undo(database.database().administrator());
        assertThat(database.catalog("select count(*) from pg_policy where polname = 'users_by_email_policy'"))
                .isEqualTo("0");
    }

    @Test
    void anyNameWillDo() throws SQLException {
        database.asOwner("""
                create schema "Odd 's";
                alter table users set schema "Odd 's";
                alter table "Odd 's".users rename to "User's; %1$s";
                alter table "Odd 's"."User's; %1$s" rename email to "E-mail's {of} %s";
                alter table "Odd 's"."User's; %1$s" rename id to "value""s";
                """);
        String before = dump();
        String role = "Odd \"role\" of " + frontDoor.getUser().substring(0, 20);
        NarrowLookup lookup = NarrowLookup.by("User's; %1$s", "E-mail's {of} %s")
                .returning("value\"s", "organization_id")
                .schema("Odd 's")
                .function("Who's; \"asks\" %s")
                .role(role);
        for (NarrowLookup each : List.of(lookup, lookup.secret())) {
            each.apply(database.owner());
            String quoted = "\"" + role.replace("\"", "\"\"") + "\"";
            database.asAdministrator("grant " + quoted + " to " + frontDoor.getUser());
            assertThat(each.find(frontDoor, ALICES))
                    .hasValueSatisfying(row -> assertThat(row.get("value\"s")).isEqualTo(ALICE));
            each.undo(database.owner());
            assertThat(dump()).isEqualTo(before);
            database.asAdministrator("drop role " + quoted);
        }
    }

    @Test
    void theRightToUseTheSchemaGoesWithTheLastLookUp() throws SQLException {
        database.asOwner("create schema inner_rooms; alter table users set schema inner_rooms");
        String before = dump();
        NarrowLookup byEmail = BY_EMAIL.schema("inner_rooms");
        NarrowLookup byId = NarrowLookup.by("users", "id").returning("email").schema("inner_rooms");
        apply(byEmail);
        apply(byId);
        byEmail.undo(database.owner());
        assertThat(byId.find(frontDoor, ALICE.toString())).isPresent();
        byId.role("second_lookup").apply(database.owner());
        assertThat(database.catalog("select has_schema_privilege('tenant_lookup', 'inner_rooms', 'usage')"))
                .isEqualTo("f");
        byId.undo(database.owner());
        assertThat(dump()).isEqualTo(before);
        database.asAdministrator("drop role second_lookup");
    }

    @Test
    void asOneScriptItRunsInOneTransaction() throws SQLException {
        String before = dump();
        database.inOneTransaction(
                database.owner(),
                TablePolicies.ownColumn("users").sql()
                        + BY_EMAIL.sql()
                        + BY_TOKEN.secret().sql());
        database.asAdministrator("grant tenant_lookup to " + frontDoor.getUser());
        assertThat(idOf(BY_EMAIL, ALICES)).isEqualTo(ALICE.toString());
        assertThat(BY_TOKEN.find(frontDoor, "carol-laptop")).isPresent();
        database.inOneTransaction(
                database.owner(),
                BY_TOKEN.undoSql()
                        + BY_EMAIL.undoSql()
                        + TablePolicies.ownColumn("users").undoSql());
        assertThat(dump()).isEqualTo(before);
        assertFails("42883", () -> BY_EMAIL.find(frontDoor, ALICES));
    }

    /** As what no PostgreSQL stores: no value of that database has it. */
    @Test
    void whatTheEncodingOfTheDatabaseLacksIsNobodys() throws SQLException {
        String name = "windows_" + frontDoor.getDatabaseName();
        database.asAdministrator("create database " + name + " encoding 'WIN1252' locale 'C' template template0");
        try {
            PGSimpleDataSource administrator = database.database().administrator();
            PGSimpleDataSource windows = new PGSimpleDataSource();
            windows.setURL(administrator.getURL().replace("/" + administrator.getDatabaseName(), "/" + name));
            windows.setUser(administrator.getUser());
            windows.setPassword(administrator.getPassword());
            try (Connection connection = windows.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create table keys (key text unique, id int); insert into keys values ('\u00e9', 1)");
            }
            NarrowLookup lookup = NarrowLookup.by("keys", "key").returning("id");
            lookup.apply(windows);
            assertThat(lookup.find(windows, "\u00e9")).isPresent();
            assertThat(lookup.find(windows, "\u0416")).isEmpty();
        } finally {
            database.asAdministrator("drop database " + name + " with (force)");
        }
    }

    @Test
    void aTableWithPartitionsIsLookedUp() throws SQLException {
        database.asOwner("""
                create table people (email text primary key, id int) partition by hash (email);
                create table people_1 partition of people for values with (modulus 2, remainder 0);
                create table people_2 partition of people for values with (modulus 2, remainder 1);
                insert into people select i || '@many.example', i from generate_series(1, 20) i""");
        TablePolicies.ownColumn("people").organizationColumn("id").apply(database.owner());
        NarrowLookup lookup = NarrowLookup.by("people", "email").returning("id");
        apply(lookup);
        assertThat(idOf(lookup, "7@many.example")).isEqualTo("7");
        assertThat(idOf(lookup, "%@many.example")).isNull();
        assertFails("0A000", () -> lookup.secret().apply(database.owner()));
        database.inOneTransaction(database.owner(), lookup.secret().sql());
        assertThat(idOf(lookup, "7@many.example")).isEqualTo("7");
    }

    private String dump() throws SQLException {
        return SchemaDump.of(database.database().administrator());
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(String state, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
    }
}
