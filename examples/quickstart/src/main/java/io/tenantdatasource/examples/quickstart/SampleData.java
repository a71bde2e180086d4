package io.tenantdatasource.examples.quickstart;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/** Organizations of very different sizes, their users and their sessions: the same ones in every run, but for dates. */
final class SampleData {

    private static final long SEED = 20_260_125;
    private static final int SESSIONS_PER_USER = 10;
    private static final Duration LIFETIME = Duration.ofDays(30);

    private static final List<Customer> CUSTOMERS = List.of(
            new Customer("Alder and Finch Law", "alderfinch.example", 30),
            new Customer("Blue Harbor Clinic", "blueharbor.example", 22),
            new Customer("Cobalt Freight", "cobaltfreight.example", 16),
            new Customer("Dunmore Brewing", "dunmore.example", 11),
            new Customer("Eastgate School District", "eastgate.example", 9),
            new Customer("Fernhill Insurance", "fernhill.example", 6),
            new Customer("Granite Peak Outfitters", "granitepeak.example", 4),
            new Customer("Hollis Street Bakery", "hollisbakery.example", 2));

    private static final List<String> FIRST_NAMES = List.of(
            "Amara",
            "Andrei",
            "Beatriz",
            "Chen",
            "Daniel",
            "Elena",
            "Farid",
            "Grace",
            "Hana",
            "Ingrid",
            "Jonas",
            "Kavita",
            "Lucas",
            "Maria",
            "Nadia",
            "Oluwaseun",
            "Priya",
            "Quentin",
            "Rosa",
            "Samir",
            "Tomas",
            "Ursula",
            "Viktor",
            "Wanda",
            "Yusuf",
            "Zoe");

    private static final List<String> LAST_NAMES = List.of(
            "Abbott",
            "Becker",
            "Castillo",
            "Dubois",
            "Eriksen",
            "Fujita",
            "Garcia",
            "Haddad",
            "Ivanova",
            "Jensen",
            "Kowalski",
            "Lindqvist",
            "Mensah",
            "Novak",
            "Okafor",
            "Petrov",
            "Quinn",
            "Rossi",
            "Silva",
            "Tanaka",
            "Ueda",
            "Varga",
            "Weber",
            "Yilmaz",
            "Zhang");

    private static final List<String> USER_AGENTS = List.of(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36");

    /** The networks that are set aside for documentation, RFC 5737 and RFC 3849. */
    private static final List<String> NETWORKS = List.of("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8::");

    private final Random random = new Random(SEED);
    private final Instant now = Instant.now();
    private final int sessions;

    private SampleData(int sessions) {
        this.sessions = sessions;
    }

    /** How few sessions give each organization a user with one. */
    static int fewestSessions() {
        return CUSTOMERS.size() * SESSIONS_PER_USER;
    }

    static void load(DataSource owner, Names names, int sessions) throws SQLException {
        Sql.run(owner, "tables.sql", names.asVariables());
        try (Connection connection = owner.getConnection()) {
            new SampleData(sessions).copyInto(connection);
            Sql.run(connection, "analyze.sql", Map.of());
        }
    }

    private void copyInto(Connection connection) throws SQLException {
        List<UUID> organizations = ids(CUSTOMERS.size());
        List<UUID> users = ids(sessions / SESSIONS_PER_USER);
        copy(connection, "copy-organizations.sql", organizationRows(organizations));
        copy(connection, "copy-users.sql", userRows(users, organizations));
        copy(connection, "copy-user-sessions.sql", sessionRows(users));
    }

    private static void copy(Connection connection, String file, List<String> rows) throws SQLException {
        try {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(Sql.read(file), new StringReader(rows.stream().collect(Collectors.joining("\n"))));
        } catch (IOException e) {
            throw new UncheckedIOException("Reading from memory failed", e);
        }
    }

    private static List<String> organizationRows(List<UUID> organizations) {
        return IntStream.range(0, organizations.size())
                .mapToObj(i -> row(organizations.get(i), CUSTOMERS.get(i).name()))
                .toList();
    }

    private List<String> userRows(List<UUID> users, List<UUID> organizations) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < users.size(); i++) {
            int customer = i < CUSTOMERS.size() ? i : randomCustomer();
            String first = oneOf(FIRST_NAMES);
            String last = oneOf(LAST_NAMES);
            String email = String.format(
                    Locale.ROOT,
                    "%s.%s%d@%s",
                    first,
                    last,
                    i,
                    CUSTOMERS.get(customer).domain());
            rows.add(
                    row(users.get(i), organizations.get(customer), email.toLowerCase(Locale.ROOT), first + ' ' + last));
        }
        return rows;
    }

    private List<String> sessionRows(List<UUID> users) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            UUID user = users.get(i < users.size() ? i : random.nextInt(users.size()));
            Instant created = now.minus(part(LIFETIME));
            Instant lastSeen = created.plus(part(Duration.between(created, now)));
            rows.add(
                    row(id(), token(), address(), oneOf(USER_AGENTS), user, created, lastSeen, created.plus(LIFETIME)));
        }
        return rows;
    }

    private int randomCustomer() {
        int ticket = random.nextInt(CUSTOMERS.stream().mapToInt(Customer::share).sum());
        int customer = 0;
        while (ticket >= CUSTOMERS.get(customer).share()) {
            ticket -= CUSTOMERS.get(customer).share();
            customer++;
        }
        return customer;
    }

    private List<UUID> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> id()).toList();
    }

    private UUID id() {
        return UUID.nameUUIDFromBytes(bytes(16));
    }

    private String token() {
        return HexFormat.of().formatHex(bytes(32));
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private String address() {
        return oneOf(NETWORKS) + (1 + random.nextInt(254));
    }

    private Duration part(Duration whole) {
        return Duration.ofSeconds((long) (whole.toSeconds() * random.nextDouble()));
    }

    private String oneOf(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** COPY's text format. Nothing in the sample holds a tab, a line break or a backslash. */
    private static String row(Object... values) {
        return List.of(values).stream().map(Object::toString).collect(Collectors.joining("\t"));
    }

    /** An organization to be, with its part of a hundred users. */
    private record Customer(String name, String domain, int share) {}
}
