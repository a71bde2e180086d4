package io.tenantdatasource.policy;

import io.tenantdatasource.internal.schema.Catalogue;
import io.tenantdatasource.internal.schema.OwnColumn;
import io.tenantdatasource.internal.schema.Table;
import io.tenantdatasource.internal.schema.Way;
import io.tenantdatasource.internal.schema.Ways;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be done so that each table of a schema shows and changes the rows of one organization alone, as it was worked out
 * from the catalogue at one moment. {@link #drift} tells what has become different since.
 *
 * <p>Immutable, so safe to share between threads.
 */
public final class SchemaPlan {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaPlan.class);

    private static final MigrationStep PROTECT = MigrationStep.inTransaction("schema/protect.sql");
    private static final MigrationStep REQUIRE_MAINTENANCE =
            MigrationStep.inTransaction("schema/require-maintenance.sql");
    private static final MigrationStep MAINTAIN = MigrationStep.inTransaction("schema/maintain.sql");
    private static final MigrationStep UNDO = MigrationStep.inTransaction("schema/undo.sql");

    private final SchemaPolicies policies;
    private final Catalogue catalogue;
    private final List<Way> ways;
    private final SortedMap<String, String> open;
    private final Map<String, SchemaReader.Look> looks;

    private SchemaPlan(
            SchemaPolicies policies,
            Catalogue catalogue,
            List<Way> ways,
            SortedMap<String, String> open,
            Map<String, SchemaReader.Look> looks) {
        this.policies = policies;
        this.catalogue = catalogue;
        this.ways = ways;
        this.open = open;
        this.looks = looks;
    }

    static SchemaPlan of(SchemaPolicies policies, DataSource owner) throws SQLException {
        return of(policies, owner, false);
    }

    /** @param compares whether to look for what is not as it is to be, which takes longer */
    private static SchemaPlan of(SchemaPolicies policies, DataSource owner, boolean compares) throws SQLException {
        try (Connection connection = owner.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                connection.createStatement().execute("set transaction isolation level repeatable read, read only");
                return read(policies, new SchemaReader(connection), compares);
            } finally {
                connection.rollback();
                connection.setAutoCommit(autoCommit);
            }
        }
    }

    /** What the server refuses is taken out, and all that rests on it is worked out anew. */
    private static SchemaPlan read(SchemaPolicies policies, SchemaReader reader, boolean compares) throws SQLException {
        Catalogue catalogue = reader.catalogue(policies.variables().values());
        requireNamedTables(policies, catalogue);

        Map<String, String> refused = new TreeMap<>();
        Map<Way, SchemaReader.Look> seen = new HashMap<>();
        while (true) {
            Ways ways = Ways.of(catalogue, policies.declaration(), refused);
            List<Way> unseen =
                    ways.found().stream().filter(way -> !seen.containsKey(way)).toList();
            Map<String, SchemaReader.Look> looks = reader
                    .looks(asked(
                            variables(policies, catalogue),
                            waysOf(policies, catalogue, unseen, ways.found()),
                            columnsToCome(policies, ways, catalogue),
                            compares))
                    .stream()
                    .collect(Collectors.toMap(SchemaReader.Look::name, Function.identity()));
            unseen.forEach(way -> seen.put(way, looks.get(way.table())));
            looks.values().forEach(look -> look.question().ifPresent(question -> refused.put(look.name(), question)));
            if (looks.values().stream().allMatch(look -> look.question().isEmpty())) {
                return new SchemaPlan(
                        policies,
                        ways.catalogue(),
                        ways.found(),
                        ways.open(),
                        ways.found().stream().collect(Collectors.toMap(Way::table, seen::get)));
            }
        }
    }

    private static void requireNamedTables(SchemaPolicies policies, Catalogue catalogue) throws SQLException {
        if (catalogue.tables().findAny().isEmpty()) {
            throw new SQLException(
                    "there is no schema \"" + policies.variables().values().get("schema") + "\", or no table in it",
                    "3F000");
        }
        Optional<String> missing = policies.declaration()
                .named()
                .filter(name -> catalogue.table(name).isEmpty())
                .findFirst();
        if (missing.isPresent()) {
            throw new SQLException(
                    "there is no table \"" + missing.get() + "\" in schema \""
                            + policies.variables().values().get("schema")
                            + "\"; name it as it stands in the catalogue, capitals and all",
                    "42P01");
        }
    }

    /**
     * The tables that {@link #apply} protects, by every way of theirs to their organization.
     *
     * @return their names without the schema, each after those that its policies rest on, and partitions and children after their
     *     table
     */
    public List<String> protectedTables() {
        return ways.stream()
                .flatMap(way -> Stream.concat(Stream.of(way.table()), catalogue.partsOf(way.table()).stream()))
                .toList();
    }

    /**
     * What {@link #apply} leaves as it is, for it cannot be told whose the rows are.
     *
     * @return table to what has to be answered before it can be protected; by name, unmodifiable
     */
    public Map<String, String> open() {
        return Collections.unmodifiableSortedMap(open);
    }

    /**
     * Returns the plan as SQL that runs in one transaction, such as that of a migration tool. It holds the locks of the tables
     * until that ends; {@link #apply} does the same table by table.
     *
     * @return the script
     */
    public String sql() {
        Map<String, String> variables = variables(policies, catalogue);
        return Stream.concat(ways.stream().flatMap(this::ownColumnAtOnce), protect(ways))
                .map(step -> step.render(variables))
                .collect(Collectors.joining("\n", comment(text()) + "\n", ""));
    }

    /**
     * Returns the SQL that takes the plan back. To be run in one transaction.
     *
     * @return the script
     */
    public String undoSql() {
        return undoSteps()
                .map(step -> step.render(variables(policies, catalogue)))
                .collect(Collectors.joining("\n"));
    }

    /**
     * Protects the tables, each in a transaction of its own, those first that others rest on: on tables that may be in use, as
     * {@link TablePolicies#apply} does. It can be stopped anywhere and run again: what is right already is left alone. The
     * questions of {@link #open} stay open, which is told at WARN.
     *
     * <p>With {@link SchemaPolicies#organizationsSetting} it is one transaction, which holds the locks of all tables to its end: what
     * a row may name rests on the parent's policies, and no moment may show more by these than the row's own policies expect.
     *
     * @param owner connects as the owner of the tables; who also creates the roles needs CREATEROLE
     * @throws SQLException what the server says, as with {@link TablePolicies#apply}; the tables before that one are protected
     */
    public void apply(DataSource owner) throws SQLException {
        open.forEach((table, question) -> LOG.warn("Table {} is not protected: {}", table, question));
        if (maintains()) {
            MigrationRun.run(owner, List.of(REQUIRE_MAINTENANCE), variables(policies, catalogue));
        }
        if (policies.readsSeveral()) {
            MigrationRun.run(owner, protect(ways).toList(), variables(policies, catalogue));
            return;
        }
        for (int i = 0; i < ways.size(); i++) {
            Way way = ways.get(i);
            MigrationRun.run(
                    owner,
                    Stream.concat(ownColumnLive(way), protect(List.of(way))).toList(),
                    variables(policies, catalogue));
            LOG.info("Protected {}, {} of {}", way.table(), i + 1, ways.size());
        }
    }

    /**
     * Takes back what {@link #apply} did, in one transaction, as {@link TablePolicies#undo} does; then the columns that it has added
     * ({@link SchemaPolicies#ownColumn}), each in another one. Of tables that are gone there is nothing to take back. The roles
     * stay.
     *
     * @param owner connects as the owner of the tables
     * @throws SQLException what the server says: 55P03 if a lock could not be had in time, 42501 if a table is somebody else's
     */
    public void undo(DataSource owner) throws SQLException {
        MigrationRun.run(owner, undoSteps().toList(), variables(policies, catalogue));
    }

    /**
     * Tells what differs from the plan now: policies that are missing or were changed, tables and partitions that came since, keys
     * that lead elsewhere, policies of somebody else that would show more. Changes nothing.
     *
     * @param owner connects as the owner of the tables
     * @return a sentence each; empty if nothing does
     * @throws SQLException what the server says
     */
    public List<String> drift(DataSource owner) throws SQLException {
        SchemaPlan now;
        try {
            now = of(policies, owner, true);
        } catch (SQLException e) {
            if ("42P01".equals(e.getSQLState())) {
                return List.of(e.getMessage());
            }
            throw e;
        }
        Map<String, Way> planned = byTable(ways);
        Map<String, Way> present = byTable(now.ways);
        List<String> drift = new ArrayList<>();
        planned.forEach((table, way) -> {
            if (!present.containsKey(table)) {
                drift.add(table + ": " + now.open.getOrDefault(table, "is gone"));
            } else if (!present.get(table).equals(way)) {
                drift.add(table + ": its rows reach their organization in another way than was planned. Plan anew");
            }
        });
        present.keySet().stream()
                .filter(table -> !planned.containsKey(table))
                .forEach(table -> drift.add(table + ": is not in the plan, and not protected by it. Plan anew"));
        now.open.forEach((table, question) -> {
            if (!open.containsKey(table) && !planned.containsKey(table)) {
                drift.add(table + ": " + question);
            }
        });
        present.keySet().stream()
                .filter(planned::containsKey)
                .forEach(table ->
                        now.looks.get(table).differences().forEach(difference -> drift.add(table + ": " + difference)));
        return List.copyOf(drift);
    }

    /**
     * Returns the plan for people to read: for each table, how its rows reach their organization, and what that costs.
     *
     * @return lines of text
     */
    public String text() {
        return words().toString();
    }

    /**
     * Returns the plan for programs to read, together with what the policies say.
     *
     * @return a JSON object
     */
    public String json() {
        return new SchemaPlanJson(policies, ways, open, looks, words()).toString();
    }

    /**
     * Returns the plan as a picture: a box for each table, and an arrow along each way to the organization.
     *
     * @return an SVG image
     */
    public String svg() {
        return new SchemaPlanPicture(
                        ways, distances(ways, catalogue), policies.declaration().global(), open)
                .toString();
    }

    /**
     * Returns {@link #sql} table by table, for migration tools that remember what they have run: each script in one transaction,
     * in this order. A table's script is the same as long as nothing changes for that table, and can be run again.
     *
     * @return table to script
     */
    public Map<String, String> scripts() {
        Map<String, String> scripts = new LinkedHashMap<>();
        ways.forEach(way -> scripts.put(
                way.table(),
                Stream.concat(ownColumnAtOnce(way), protect(List.of(way)))
                        .map(step -> step.render(variables(policies, catalogue)))
                        .collect(Collectors.joining("\n"))));
        return Collections.unmodifiableMap(scripts);
    }

    /**
     * How far a protected table's rows are from what names their organization.
     *
     * @param table the table
     * @return 0 if they name it themselves, else how many tables are to be asked one after the other, at most; with a column that
     *     {@link SchemaPolicies#ownColumn} adds, one more than that of the table that it is filled from
     * @throws IllegalArgumentException if {@link #apply} does not protect it
     */
    public int distance(String table) {
        Way way =
                byTable(ways).get(catalogue.table(table).flatMap(Table::partOf).orElse(table));
        if (way == null) {
            throw new IllegalArgumentException("\"" + table + "\" is no table that this plan protects");
        }
        return distances(ways, catalogue).get(way.table());
    }

    /** Of all, each after those that it rests on. */
    static Map<String, Integer> distances(List<Way> ways, Catalogue catalogue) {
        Map<String, Integer> distances = new HashMap<>();
        ways.forEach(way -> distances.put(
                way.table(),
                Stream.concat(
                                Stream.concat(way.showing().stream(), way.members().stream())
                                        .map(parent -> parent.key().parent().orElseThrow()),
                                way.filled().map(OwnColumn::parent).stream())
                        .map(parent ->
                                catalogue.table(parent).flatMap(Table::partOf).orElse(parent))
                        .mapToInt(parent -> distances.get(parent) + 1)
                        .max()
                        .orElse(0)));
        return distances;
    }

    private SchemaPlanText words() {
        return new SchemaPlanText(policies, catalogue, ways, open);
    }

    private Stream<MigrationStep> ownColumnLive(Way way) {
        return way.filled().stream().flatMap(ownColumns()::live);
    }

    private Stream<MigrationStep> ownColumnAtOnce(Way way) {
        return way.filled().stream().flatMap(ownColumns()::atOnce);
    }

    private OwnColumnSteps ownColumns() {
        return new OwnColumnSteps(policies.variables().values().get("schema"));
    }

    private Stream<MigrationStep> protect(List<Way> some) {
        return Stream.concat(
                Stream.of(PROTECT.with("ways", waysOf(policies, catalogue, some, ways))),
                maintains() ? Stream.of(MAINTAIN.with("tables", tables(some))) : Stream.empty());
    }

    private boolean maintains() {
        return !policies.variables().values().get("maintenance_role").isEmpty();
    }

    /** What a column was filled from goes after it, so that nothing refers to it any more. */
    private Stream<MigrationStep> undoSteps() {
        List<OwnColumn> columns = new ArrayList<>(
                ways.stream().flatMap(way -> way.filled().stream()).toList());
        Collections.reverse(columns);
        return Stream.concat(Stream.of(undoStep()), columns.stream().map(ownColumns()::undo));
    }

    private MigrationStep undoStep() {
        List<String> others = catalogue
                .tables()
                .filter(table ->
                        table.kind() == Table.Kind.TABLE && table.partOf().isEmpty())
                .map(Table::name)
                .filter(table -> ways.stream().noneMatch(way -> way.table().equals(table)))
                .toList();
        return UNDO.with("tables", tables(ways))
                .with(
                        "other_tables",
                        new WayScript(policies.variables().values().get("schema")).names(others));
    }

    private String tables(List<Way> some) {
        return new WayScript(policies.variables().values().get("schema")).tables(some);
    }

    private static String waysOf(SchemaPolicies policies, Catalogue catalogue, List<Way> some, List<Way> all) {
        return new WayScript(policies.variables().values().get("schema"))
                .of(policies.readsSeveral() ? withNamed(some, all, catalogue) : some, some);
    }

    /** Together with those of what their rows name, and of what that names, and so on. */
    private static List<Way> withNamed(List<Way> some, List<Way> all, Catalogue catalogue) {
        Map<String, Way> ways = byTable(all);
        Set<Way> found = new HashSet<>(some);
        Deque<Way> next = new ArrayDeque<>(some);
        while (!next.isEmpty()) {
            Way way = next.remove();
            Stream.concat(way.parents().stream(), way.members().stream())
                    .map(parent -> parent.key().parent().orElseThrow())
                    .map(parent -> ways.get(
                            catalogue.table(parent).flatMap(Table::partOf).orElse(parent)))
                    .filter(found::add)
                    .forEach(next::add);
        }
        return all.stream().filter(found::contains).toList();
    }

    private static String columnsToCome(SchemaPolicies policies, Ways ways, Catalogue present) {
        return new WayScript(policies.variables().values().get("schema")).columnsToCome(ways.found(), present);
    }

    private static Map<String, String> asked(
            Map<String, String> variables, String ways, String columnsToCome, boolean compares) {
        Map<String, String> asked = new HashMap<>(variables);
        asked.put("ways", ways);
        asked.put("columns_to_come", columnsToCome);
        asked.put("compares", String.valueOf(compares));
        return asked;
    }

    /** Tables that are everybody's are in no script, so one more of these changes none. */
    private static Map<String, String> variables(SchemaPolicies policies, Catalogue catalogue) {
        return policies.variables()
                .with(
                        "global",
                        policies.declaration().global().stream()
                                .filter(name -> catalogue
                                        .table(name)
                                        .filter(table -> table.kind() != Table.Kind.TABLE)
                                        .isPresent())
                                .sorted()
                                .map(JsonText::of)
                                .collect(JsonText.array()))
                .values();
    }

    private static Map<String, Way> byTable(List<Way> ways) {
        return ways.stream()
                .collect(Collectors.toMap(
                        Way::table, Function.identity(), (one, other) -> one, LinkedHashMap<String, Way>::new));
    }

    private static String comment(String text) {
        return text.lines().map(line -> ("-- " + line).stripTrailing()).collect(Collectors.joining("\n", "", "\n"));
    }
}
