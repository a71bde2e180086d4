package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.postgresql.util.PSQLException;

/** A schema of organizations, users and their sessions, with keys that are easily taken for one another. */
final class GeneratedKeys implements AutoCloseable {

    /** Every way to protect the sessions. */
    enum Way {
        FOR_LOOKUPS,
        FOR_LISTS,
        OWN_COLUMN,
        TABLE_FOR_LOOKUPS,
        TABLE_FOR_LISTS;

        boolean tellsUsersApart() {
            return this == FOR_LOOKUPS || this == FOR_LISTS || this == OWN_COLUMN;
        }
    }

    private static final String SCHEMA = "generated";

    /**
     * An organization, or a user.
     *
     * @param id its key, as the database writes it
     * @param sessions those that go with it when it is deleted
     */
    private record Row(String id, Set<String> sessions) {}

    private final ReviewedDatabase database;
    private final KeyType organization;
    private final KeyType user;
    private final KeyType reference;
    private final Random random;
    private final String ddl;

    /** What may be tried as an organization, with the one that is called so, if one is. */
    private final Map<String, Optional<Row>> organizations = new TreeMap<>();

    private final Map<String, Optional<Row>> users = new TreeMap<>();

    /** What may be tried as the user of a new session, with the organization that it would go with. */
    private final Map<String, Optional<String>> organizationOfNew = new TreeMap<>();

    private final List<String> log = new ArrayList<>();
    private String boundOrganization = "";
    private String boundUser = "";
    private int attacks;

    GeneratedKeys(ReviewedDatabase database, KeyType user, KeyType reference, Random random) {
        this.database = database;
        this.user = user;
        this.reference = reference;
        this.random = random;
        this.organization = List.of(KeyType.values()).get(random.nextInt(KeyType.values().length));
        this.ddl = """
                create table organizations (id %1$s primary key);
                create table users (
                  id %2$s primary key,
                  organization_id %3$s not null references organizations on delete cascade);
                create table user_sessions (
                  session_token text primary key,
                  user_id %4$s references users on delete cascade,
                  expires_at timestamptz not null default now() + interval '1 day');
                create index on users (organization_id);
                create index on user_sessions (user_id);
                """.formatted(
                        organization.sql() + collation(organization),
                        user.sql() + (hasName() ? "" : collation(user)),
                        organization.sql() + collation(organization),
                        reference.sql() + (hasName() ? "" : collation(reference)));
    }

    /**
     * Deterministic ones only: they differ in the order of texts, and not in which are equal. Between a name, which has one of
     * its own, and a text of another one, PostgreSQL's own foreign key fails.
     */
    private String collation(KeyType type) {
        List<String> collations = List.of("", " collate \"C\"", " collate \"de-x-icu\"", " collate \"POSIX\"");
        return type.isText() && type != KeyType.NAME ? collations.get(random.nextInt(collations.size())) : "";
    }

    private boolean hasName() {
        return user == KeyType.NAME || reference == KeyType.NAME;
    }

    int attacks() {
        return attacks;
    }

    void create() throws SQLException {
        database.asOwner("create schema " + SCHEMA);
        try (Connection owner = connection(database.owner())) {
            execute(owner, ddl);
            owner.setAutoCommit(false);
            List<String> organizationIds = insert(owner, organization, 4, "insert into organizations values (%s)");
            List<String> userIds = insert(
                    owner,
                    user,
                    6,
                    "insert into users select %1$s, id from organizations order by md5(%1$s || id::text || '"
                            + random.nextInt() + "') limit 1");
            for (int i = 0; i < 3; i++) {
                insert(owner, reference, 99, "insert into user_sessions values ('session" + i + "-' || %1$s, %1$s)");
            }
            execute(owner, "insert into user_sessions values ('nobody', null)");
            assertThat(organizationIds).hasSizeGreaterThan(1);
            assertThat(tokens(owner)).hasSizeGreaterThan(3);
            owner.commit();
            ask(owner, organizationIds, userIds);
            owner.rollback();
            owner.setAutoCommit(true);
            execute(owner, "create table tokens as select session_token as token from user_sessions");
            execute(owner, "analyze organizations, users, user_sessions");
        }
        database.asAdministrator("grant usage on schema generated to public;"
                + " grant select on generated.users, generated.tokens to public;"
                + " grant select, insert, update, delete on generated.user_sessions to public");
    }

    /** Inserts values of a type, as far as the database takes them. */
    private List<String> insert(Connection owner, KeyType type, int count, String sql) throws SQLException {
        List<String> values = new ArrayList<>(type.keys());
        Collections.shuffle(values, random);
        List<String> taken = new ArrayList<>();
        for (String value : values) {
            String insertion = sql.formatted(literal(value));
            Optional<String> refused = taken.size() < count ? sqlState(owner, insertion) : Optional.of("23505");
            if (refused.isEmpty()) {
                taken.add(value);
                log.add(insertion);
            } else {
                assertThat(refused.get()).as(insertion).matches("2[23].*");
            }
        }
        return taken;
    }

    /** Who goes with whom, and what is called what. */
    private void ask(Connection owner, List<String> organizationIds, List<String> userIds) throws SQLException {
        organizations.putAll(called(owner, "organizations", organization, organizationIds));
        users.putAll(called(owner, "users", user, userIds));
        for (String text : users.keySet()) {
            organizationOfNew.put(text, organizationOfNew(owner, text));
        }
    }

    private Map<String, Optional<Row>> called(Connection owner, String table, KeyType type, List<String> taken)
            throws SQLException {
        Map<String, Row> rows = new TreeMap<>();
        for (String id : strings(owner, "select id::text from " + table)) {
            rows.put(id, new Row(id, gone(owner, "delete from " + table + " where id::text = " + literal(id))));
        }
        Savepoint before = owner.setSavepoint();
        execute(owner, "create table probe (id " + type.unbounded() + " primary key, written text)");
        execute(owner, "insert into probe select id, id::text from " + table);
        Map<String, Optional<Row>> called = new TreeMap<>();
        for (String text : lookAlikes(taken, rows.keySet())) {
            called.put(text, idCalled(owner, type, text).map(rows::get));
        }
        owner.rollback(before);
        return called;
    }

    /** The unique index says which one has that key. */
    private static Optional<String> idCalled(Connection owner, KeyType type, String text) throws SQLException {
        if (!type.isWellFormed(text)) {
            return Optional.empty();
        }
        Savepoint before = owner.setSavepoint();
        try {
            return strings(
                            owner,
                            "insert into probe values (" + literal(text)
                                    + ") on conflict (id) do update set written = probe.written returning written")
                    .stream()
                    .filter(Objects::nonNull)
                    .findFirst();
        } catch (PSQLException malformed) {
            return Optional.empty();
        } finally {
            owner.rollback(before);
        }
    }

    private Optional<String> organizationOfNew(Connection owner, String userText) throws SQLException {
        Savepoint before = owner.setSavepoint();
        Optional<String> found = Optional.empty();
        if (sqlState(owner, insertSession(userText)).isEmpty()) {
            for (String organizationText : strings(owner, "select id::text from organizations")) {
                if (gone(owner, "delete from organizations where id::text = " + literal(organizationText))
                        .contains("new")) {
                    found = Optional.of(organizationText);
                }
            }
        }
        owner.rollback(before);
        return found;
    }

    private static String insertSession(String userText) {
        return "insert into user_sessions (session_token, user_id) values ('new', " + literal(userText) + ")";
    }

    private static Set<String> gone(Connection owner, String deletion) throws SQLException {
        Savepoint before = owner.setSavepoint();
        Set<String> sessions = new TreeSet<>(tokens(owner));
        execute(owner, deletion);
        sessions.removeAll(tokens(owner));
        owner.rollback(before);
        return sessions;
    }

    /** What something that shortens, pads, rounds, folds or overflows could take for a key. */
    private static Collection<String> lookAlikes(Collection<String> taken, Collection<String> present) {
        Set<String> texts = new TreeSet<>(taken);
        texts.addAll(present);
        for (String text : List.copyOf(texts)) {
            texts.addAll(List.of(
                    text + " ", text + "0", text + "bobbobbob", text.substring(0, 1), text.toUpperCase(Locale.ROOT)));
        }
        texts.addAll(List.of(
                "",
                " ",
                "4",
                "0",
                "-0",
                "+1",
                "1e1",
                "0x1",
                "1.0",
                "1.004",
                "NaN",
                "infinity",
                "garbage",
                "null",
                "%",
                "{}"));
        texts.addAll(List.of("9223372036854775808", "-9223372036854775809", "99999999999999999999", "9".repeat(2000)));
        return texts;
    }

    /** Protects the sessions, and tries with every command, as every organization, to reach what is not its own. */
    void attack(Way way) throws SQLException {
        apply(way);
        boundOrganization = "";
        boundUser = "";
        database.asAdministrator(
                "grant authenticated to " + database.application().getUser());
        try (Connection application = connection(database.application())) {
            application.setAutoCommit(false);
            assertSees(way, application, Set.of());
            for (Map.Entry<String, Optional<Row>> entry : organizations.entrySet()) {
                bind(application, entry.getKey(), "");
                Set<String> own = entry.getValue().map(Row::sessions).orElse(Set.of());
                assertSees(way, application, own);
                if (entry.getValue().isPresent() || random.nextInt(8) == 0) {
                    assertChanges(way, application, own);
                    assertWrites(way, application, entry.getValue().map(Row::id), own);
                    if (way.tellsUsersApart()) {
                        assertUsersSeeTheirOwn(way, application, entry.getKey(), own);
                    }
                }
            }
        }
        undo(way);
    }

    private void assertSees(Way way, Connection application, Set<String> own) throws SQLException {
        assertThat(tokens(application)).as(what(way, "sees")).containsExactlyInAnyOrderElementsOf(own);
        assertThat(strings(
                        application,
                        "select (select session_token from user_sessions where session_token = tried.token)"
                                + " from tokens as tried"))
                .as(what(way, "finds by token"))
                .filteredOn(Objects::nonNull)
                .containsExactlyInAnyOrderElementsOf(own);
        attacks += 2;
    }

    private void assertChanges(Way way, Connection application, Set<String> own) throws SQLException {
        for (String change : List.of(
                "update user_sessions set expires_at = now()",
                "update user_sessions set expires_at = now() where user_id is not null or user_id is null",
                "delete from user_sessions",
                "delete from user_sessions where expires_at > '-infinity'")) {
            Savepoint before = application.setSavepoint();
            assertThat(update(application, change)).as(what(way, change)).isEqualTo(own.size());
            application.rollback(before);
            attacks++;
        }
    }

    private void assertWrites(Way way, Connection application, Optional<String> tenant, Set<String> own)
            throws SQLException {
        for (Map.Entry<String, Optional<String>> entry : organizationOfNew.entrySet()) {
            if (entry.getValue().isEmpty() && random.nextInt(8) != 0) {
                continue;
            }
            boolean mayWrite = tenant.isPresent() && entry.getValue().equals(tenant);
            assertWritten(way, application, insertSession(entry.getKey()), mayWrite);
            if (way == Way.OWN_COLUMN && tenant.isPresent()) {
                assertWritten(
                        way,
                        application,
                        "insert into user_sessions (session_token, user_id, organization_id) values ('new', "
                                + literal(entry.getKey()) + ", " + literal(tenant.get()) + ")",
                        mayWrite);
            }
            if (!own.isEmpty()) {
                assertWritten(
                        way,
                        application,
                        "update user_sessions set user_id = " + literal(entry.getKey()) + " where session_token = "
                                + literal(own.iterator().next()),
                        mayWrite);
            }
        }
    }

    private void assertWritten(Way way, Connection application, String write, boolean mayWrite) throws SQLException {
        Optional<String> refused = sqlState(application, "savepoint tried; " + write + "; rollback to tried");
        assertThat(refused.isEmpty())
                .as(what(way, write + " was refused: " + refused))
                .isEqualTo(mayWrite);
        attacks++;
    }

    private void assertUsersSeeTheirOwn(Way way, Connection application, String tenant, Set<String> ofTenant)
            throws SQLException {
        for (Map.Entry<String, Optional<Row>> entry : users.entrySet()) {
            if (!entry.getKey().isEmpty() && (entry.getValue().isPresent() || random.nextInt(8) == 0)) {
                bind(application, tenant, entry.getKey());
                Set<String> own =
                        new TreeSet<>(entry.getValue().map(Row::sessions).orElse(Set.of()));
                own.retainAll(ofTenant);
                assertThat(tokens(application)).as(what(way, "sees")).containsExactlyInAnyOrderElementsOf(own);
                attacks++;
            }
        }
    }

    private void apply(Way way) throws SQLException {
        switch (way) {
            case FOR_LOOKUPS -> sessions(SessionPolicies.throughUsers()).apply(database.owner());
            case FOR_LISTS ->
                sessions(SessionPolicies.throughUsers()).forLists().apply(database.owner());
            case OWN_COLUMN -> sessions(SessionPolicies.ownColumn()).apply(database.owner());
            case TABLE_FOR_LOOKUPS -> table().apply(database.owner());
            case TABLE_FOR_LISTS -> table().forLists().apply(database.owner());
        }
    }

    private void undo(Way way) throws SQLException {
        switch (way) {
            case FOR_LOOKUPS, FOR_LISTS ->
                sessions(SessionPolicies.throughUsers()).undo(database.owner());
            case OWN_COLUMN -> sessions(SessionPolicies.ownColumn()).undo(database.owner());
            case TABLE_FOR_LOOKUPS, TABLE_FOR_LISTS -> table().undo(database.owner());
        }
    }

    private static SessionPolicies sessions(SessionPolicies policies) {
        return policies.schema(SCHEMA);
    }

    private static TablePolicies table() {
        return TablePolicies.throughParent("user_sessions", "users").schema(SCHEMA);
    }

    private String what(Way way, String does) {
        return "%s, organization '%s', user '%s': %s".formatted(way, boundOrganization, boundUser, does);
    }

    private void bind(Connection application, String organization, String user) throws SQLException {
        boundOrganization = organization;
        boundUser = user;
        strings(
                application,
                "select set_config('app.organization_id', " + literal(organization) + ", false),"
                        + " set_config('app.user_id', " + literal(user) + ", false)");
    }

    private static Connection connection(DataSource user) throws SQLException {
        Connection connection = user.getConnection();
        execute(connection, "set search_path = " + SCHEMA);
        return connection;
    }

    private static List<String> tokens(Connection connection) throws SQLException {
        return strings(connection, "select session_token from user_sessions");
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static List<String> strings(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            List<String> strings = new ArrayList<>();
            while (result.next()) {
                strings.add(result.getString(1));
            }
            return strings;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    /** What refused a statement, if anything did. What is checked at the end of a transaction is checked at once. */
    private static Optional<String> sqlState(Connection connection, String sql) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            execute(connection, sql);
            return Optional.empty();
        } catch (PSQLException e) {
            connection.rollback(before);
            return Optional.of(e.getSQLState());
        }
    }

    @Override
    public void close() throws SQLException {
        database.asOwner("drop schema if exists " + SCHEMA + " cascade");
    }

    @Override
    public String toString() {
        return ddl + String.join(";\n", log);
    }
}
