package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.policy.FoundRow;
import io.tenantdatasource.policy.NarrowLookup;
import io.tenantdatasource.policy.SchemaPolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What docs/lookups.md tells people to write is written and run here, word for word but for spaces. */
class LookupsPageTest {

    private static final Path PAGE = Path.of("../docs/lookups.md");
    private static final Path THIS = Path.of("src/test/java/io/tenantdatasource/it/policy/LookupsPageTest.java");
    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    private static final String HASH_OF_NO_PASSWORD = "-";

    private static final String TABLES = """
            create table organizations (id uuid primary key, name text not null);
            create table users (
              id uuid primary key, organization_id uuid not null references organizations, email text not null,
              password_hash text);
            create unique index on users (lower(email));
            create table api_keys (
              key_hash bytea primary key, organization_id uuid not null references organizations, expires_at timestamptz not null);
            create table invitations (
              id uuid primary key default gen_random_uuid(), token_hash bytea unique,
              organization_id uuid not null references organizations);
            create table memberships (
              organization_id uuid not null references organizations, user_id uuid not null,
              primary key (organization_id, user_id));
            create index on memberships (user_id);
            insert into organizations values
              ('0000000a-0000-4000-8000-000000000000', 'A'), ('0000000b-0000-4000-8000-000000000000', 'B');
            insert into users values
              ('0000000a-0000-4000-8000-000000000001', '0000000a-0000-4000-8000-000000000000', 'Ann@a.example', 'hash of sesame');
            insert into memberships select id, '0000000a-0000-4000-8000-000000000001' from organizations;
            insert into api_keys
            select sha256(convert_to(key, 'UTF8')), '0000000b-0000-4000-8000-000000000000', now() + days * interval '1 day'
            from (values ('key', 1), ('old key', -1)) as keys (key, days);
            insert into invitations (token_hash, organization_id) values
              (sha256('token'), '0000000b-0000-4000-8000-000000000000')""";

    private static final Tenant A = Tenant.of("0000000a-0000-4000-8000-000000000000");
    private static final Tenant B = Tenant.of("0000000b-0000-4000-8000-000000000000");
    private static final UUID ANN = UUID.fromString("0000000a-0000-4000-8000-000000000001");

    @AutoClose
    private final TestDatabase database = DatabaseTemplate.of(owner -> {
                try (Connection connection = owner.getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.execute(TABLES);
                }
            })
            .copy();

    private final PGSimpleDataSource owner = database.owner();
    private final PGSimpleDataSource frontDoor = database.createUser("front_door");
    private final PGSimpleDataSource application = database.createUser("application");

    @AutoClose
    private final TenantDataSource dataSource = TenantDataSource.wrap(application);

    @BeforeEach
    void protect() throws SQLException {
        database.execute("alter role " + owner.getUser() + " createrole");
        SchemaPolicies.tenants("organizations").plan(owner).apply(owner);
        database.execute("grant select, insert, update, delete on all tables in schema public to "
                + application.getUser() + "; grant authenticated to " + application.getUser());
    }

    private void letTheFrontDoorAsk() {
        database.execute("grant tenant_lookup to " + frontDoor.getUser());
    }

    @Test
    void everyExampleOfThePageIsRunHere() throws IOException {
        String here = withoutSpaces(Files.readString(THIS));
        assertThat(JAVA.matcher(Files.readString(PAGE)).results().map(example -> example.group(1)))
                .hasSizeGreaterThanOrEqualTo(9)
                .allSatisfy(example -> assertThat(here).contains(withoutSpaces(example)));
    }

    private static String withoutSpaces(String text) {
        return text.replaceAll("\\s+", "");
    }

    @Test
    void logInByEmail() throws SQLException {
        NarrowLookup byEmail = NarrowLookup.by("users", "email")
                .returning("id", "organization_id", "password_hash")
                .ignoringCase();
        byEmail.apply(owner);
        letTheFrontDoorAsk();
        assertThat(logIn(byEmail, "ann@A.example", "sesame")).contains(A.withUser(ANN));
        assertThat(logIn(byEmail, "ann@A.example", "open")).isEmpty();
        assertThat(logIn(byEmail, "bob@b.example", "sesame")).isEmpty();
    }

    private Optional<Tenant> logIn(NarrowLookup byEmail, String email, String password) throws SQLException {
        Optional<FoundRow> user = byEmail.find(frontDoor, email);
        String hash = user.map(row -> row.text("password_hash")).orElse(HASH_OF_NO_PASSWORD);
        if (!matches(password, hash) || user.isEmpty()) {
            return Optional.empty();
        }
        return user.map(row -> Tenant.of(row.text("organization_id")).withUser(row.get("id", UUID.class)));
    }

    private static boolean matches(String password, String hash) {
        return hash.equals("hash of " + password);
    }

    @Test
    void anApiKey() throws SQLException {
        NarrowLookup byKey = NarrowLookup.by("api_keys", "key_hash")
                .returning("organization_id", "expires_at")
                .byHash();
        byKey.apply(owner);
        letTheFrontDoorAsk();
        assertThat(tenantOf(byKey, "key")).contains(B);
        assertThat(tenantOf(byKey, "old key")).isEmpty();
        assertThat(tenantOf(byKey, "no key")).isEmpty();
    }

    private Optional<Tenant> tenantOf(NarrowLookup byKey, String key) throws SQLException {
        return byKey.find(frontDoor, key)
                .filter(row ->
                        row.get("expires_at", Timestamp.class).toInstant().isAfter(Instant.now()))
                .map(row -> Tenant.of(row.text("organization_id")));
    }

    @Test
    void anInvitation() throws SQLException {
        NarrowLookup byInvitation = NarrowLookup.by("invitations", "token_hash")
                .returning("id", "organization_id")
                .byHash();
        byInvitation.apply(owner);
        letTheFrontDoorAsk();
        assertThat(accept(byInvitation, "another", UUID.randomUUID(), "eve@b.example"))
                .isFalse();
        assertThat(accept(byInvitation, "token", UUID.randomUUID(), "bob@b.example"))
                .isTrue();
        assertThat(accept(byInvitation, "token", UUID.randomUUID(), "eve@b.example"))
                .isFalse();
        assertThat(emails(B)).isEqualTo("bob@b.example");
        assertThat(emails(A)).isEqualTo("Ann@a.example");
    }

    private boolean accept(NarrowLookup byInvitation, String token, UUID userId, String email) throws SQLException {
        Optional<FoundRow> invitation = byInvitation.find(frontDoor, token);
        if (invitation.isEmpty()) {
            return false;
        }
        try (var scope = TenantContext.open(Tenant.of(invitation.get().text("organization_id")));
                Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            boolean isFirst = update(
                            connection,
                            "delete from invitations where id = ?",
                            invitation.get().get("id"))
                    == 1;
            if (isFirst) {
                update(
                        connection,
                        "insert into users (id, organization_id, email) values (?, ?, ?)",
                        userId,
                        invitation.get().get("organization_id"),
                        email);
            }
            connection.commit();
            return isFirst;
        }
    }

    @Test
    void theOrganizationsOfAUser() throws SQLException {
        NarrowLookup organizationsOf = NarrowLookup.by("memberships", "user_id")
                .returning("organization_id")
                .severalRows();
        organizationsOf.apply(owner);
        letTheFrontDoorAsk();
        assertThat(tenantsOf(organizationsOf, ANN)).containsExactlyInAnyOrder(A.withUser(ANN), B.withUser(ANN));
        assertThat(tenantsOf(organizationsOf, UUID.randomUUID())).isEmpty();
    }

    private List<Tenant> tenantsOf(NarrowLookup organizationsOf, UUID userId) throws SQLException {
        return organizationsOf.findAll(frontDoor, userId.toString()).stream()
                .map(row -> Tenant.of(row.text("organization_id")).withUser(userId))
                .toList();
    }

    @Test
    void aNewOrganization() throws SQLException {
        UUID organization = signUp(dataSource, "C", "carol@c.example");
        assertThat(emails(Tenant.of(organization))).isEqualTo("carol@c.example");
        assertThat(emails(A)).isEqualTo("Ann@a.example");
    }

    private UUID signUp(DataSource dataSource, String name, String email) throws SQLException {
        UUID organization = UUID.randomUUID();
        try (var scope = TenantContext.open(Tenant.of(organization));
                Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            update(connection, "insert into organizations (id, name) values (?, ?)", organization, name);
            update(
                    connection,
                    "insert into users (id, organization_id, email) values (?, ?, ?)",
                    UUID.randomUUID(),
                    organization,
                    email);
            connection.commit();
        }
        return organization;
    }

    private static int update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    private String emails(Tenant tenant) throws SQLException {
        try (var scope = TenantContext.open(tenant);
                Connection connection = dataSource.getConnection()) {
            return ReviewedDatabase.first(connection, "select string_agg(email, ' ' order by email) from users");
        }
    }
}
