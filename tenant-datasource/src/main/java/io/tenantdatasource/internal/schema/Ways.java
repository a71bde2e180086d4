package io.tenantdatasource.internal.schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The ways of all tables of a schema to their organizations, in an order in which each comes after those that it rests on, and
 * the questions that have to be answered for the others.
 */
public final class Ways {

    /** What stands for other things where policies are written. */
    private static final List<String> PLACEHOLDERS =
            List.of("{row}", "{of}", "{formed}", "{member}", "tenant_datasource_parent");

    private final Catalogue catalogue;
    private final Declaration declaration;
    private final Map<String, OwnColumn> filled;
    private final ForeignKeys foreignKeys;
    private final Questions questions;
    private final Map<String, Way> ways = new LinkedHashMap<>();
    private final SortedMap<String, String> open;

    private Ways(
            Catalogue catalogue, Declaration declaration, Map<String, OwnColumn> filled, Map<String, String> refused) {
        this.catalogue = catalogue;
        this.declaration = declaration;
        this.filled = filled;
        this.foreignKeys = new ForeignKeys(catalogue, declaration, filled);
        this.questions = new Questions(catalogue, declaration, foreignKeys);
        this.open = new TreeMap<>(refused);
    }

    /**
     * Works them out.
     *
     * @param catalogue the schema
     * @param declaration what a person has said of it
     * @param refused tables that cannot be protected, with what has to be answered
     * @return the ways
     */
    public static Ways of(Catalogue catalogue, Declaration declaration, Map<String, String> refused) {
        Ways ways = declaration.ownColumns().isEmpty()
                ? new Ways(catalogue, declaration, Map.of(), refused)
                : withOwnColumns(OwnColumns.of(catalogue, declaration, refused), declaration, refused);
        ways.findAll();
        return ways.cannotBeChecked().isEmpty()
                ? ways
                : of(catalogue, declaration, plus(refused, ways.cannotBeChecked()));
    }

    private static Ways withOwnColumns(OwnColumns own, Declaration declaration, Map<String, String> refused) {
        return new Ways(own.catalogue(), declaration, own.found(), plus(refused, own.questions()));
    }

    /**
     * The schema that they are those of: as it will be, where tables are to be given columns.
     *
     * @return that
     */
    public Catalogue catalogue() {
        return catalogue;
    }

    /**
     * Those that are known.
     *
     * @return in an order in which each comes after those that it rests on
     */
    public List<Way> found() {
        return ways.values().stream().map(this::withChecks).toList();
    }

    /**
     * What has to be answered.
     *
     * @return table to question
     */
    public SortedMap<String, String> open() {
        return open;
    }

    private static Map<String, String> plus(Map<String, String> some, Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(some);
        all.putAll(more);
        return all;
    }

    /** What inherits from a table that gets no policies is on its own. */
    private void findAll() {
        undecided()
                .filter(table -> Stream.concat(Stream.of(table.name()), table.columns().stream())
                        .anyMatch(name -> PLACEHOLDERS.stream().anyMatch(name::contains)))
                .forEach(table -> ask(table, Questions.name(PLACEHOLDERS)));
        int before;
        do {
            before = ways.size() + open.size();
            findOwnColumns();
            findParents();
            askForTheRest();
        } while (ways.size() + open.size() > before);
        askAboutViews();
    }

    /** The database computes such a column when the row is complete, which is later than it has to be looked up. */
    private Map<String, String> cannotBeChecked() {
        Map<String, String> questions = new TreeMap<>();
        found().forEach(way -> way.parents().stream()
                .filter(parent -> parent.check() == Way.Check.BY_TRIGGER_BEFORE)
                .filter(parent -> catalogue.existing(way.table()).generated().stream()
                        .anyMatch(parent.key().columns()::contains))
                .forEach(parent -> questions.put(way.table(), Questions.generatedColumn(parent.key()))));
        return questions;
    }

    private void findOwnColumns() {
        undecided().filter(table -> !filled.containsKey(table.name())).forEach(table -> {
            List<String> columns = foreignKeys.ownColumns(table);
            if (isTenants(table) && columns.size() != 1) {
                ask(table, Questions.keyOfTenants());
            } else if (columns.size() > 1) {
                ask(table, Questions.severalOrganizations(table, columns));
            } else if (columns.isEmpty() && declaration.shared().contains(table.name())) {
                ask(table, Questions.sharedWithoutColumn(table));
            } else if (columns.size() == 1
                    && foreignKeys.membersOf(table.name()).findFirst().isEmpty()) {
                addOwnColumn(table, columns.get(0));
            }
        });
        filled.values().stream()
                .filter(column -> !ways.containsKey(column.table()) && !open.containsKey(column.table()))
                .forEach(column -> addOwnColumn(catalogue.existing(column.table()), column.column()));
    }

    private boolean isTenants(Table table) {
        return declaration.tenants().filter(table.name()::equals).isPresent();
    }

    private void addOwnColumn(Table table, String column) {
        boolean isShared = declaration.shared().contains(table.name());
        Optional<ForeignKey> emptying = catalogue.foreignKeysOf(table.name()).stream()
                .filter(key -> key.emptied().contains(column))
                .findFirst();
        if (isShared && emptying.isPresent()) {
            ask(table, Questions.becomingEverybodys(emptying.get(), column));
            return;
        }
        ways.put(
                table.name(),
                new Way(
                        table.name(),
                        isTenants(table) ? Way.Kind.TENANTS : Way.Kind.COLUMN,
                        isShared ? Way.Reach.EVERYBODYS : Way.Reach.ONE,
                        Optional.of(column),
                        new Way.OrganizationColumn(table.name(), column),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.ofNullable(filled.get(table.name())),
                        false));
    }

    /**
     * One after the other, those whose parents are all known first. In a circle, there is none of these; then the one that knows
     * any parent goes first, and another one of the circle rests on it.
     */
    private void findParents() {
        Set<String> reachable = reachable();
        Optional<Way> next;
        do {
            next = next(table -> parentsAreKnown(table, reachable))
                    .or(() -> next(this::hasKnownParent))
                    .or(() -> next(table -> true));
            next.ifPresent(way -> ways.put(way.table(), way));
        } while (next.isPresent());
    }

    private Optional<Way> next(Predicate<Table> isDue) {
        return undecided()
                .filter(isDue)
                .map(this::throughOthers)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private boolean parentsAreKnown(Table table, Set<String> reachable) {
        return Stream.concat(
                        possibleWays(table).map(foreignKeys::parentRoot),
                        foreignKeys.membersOf(table.name()).map(ForeignKey::table))
                .allMatch(parent -> ways.containsKey(parent) || !reachable.contains(parent));
    }

    /** A user is nobody's because of the row that makes them a member. */
    private Stream<ForeignKey> possibleWays(Table table) {
        Optional<ForeignKey> user =
                declaration.members().contains(table.name()) ? foreignKeys.userOf(table.name()) : Optional.empty();
        return foreignKeys
                .named(table)
                .filter(key -> !key.isOfItself())
                .filter(key -> user.filter(key::equals).isEmpty());
    }

    /** One that each row has to name. */
    private boolean hasKnownParent(Table table) {
        return possibleWays(table)
                .anyMatch(key -> table.requires(key.columns()) && ways.containsKey(foreignKeys.parentRoot(key)));
    }

    private Optional<Way> throughOthers(Table table) {
        List<Way.Parent> members = foreignKeys
                .membersOf(table.name())
                .filter(key -> ways.containsKey(key.table()))
                .map(key -> new Way.Parent(
                        reversed(key),
                        ways.get(key.table()).column(),
                        Way.Reach.SEVERAL,
                        false,
                        true,
                        Way.Check.BY_POLICY))
                .toList();
        if (!members.isEmpty()) {
            return Optional.of(way(
                    table,
                    Way.Kind.MEMBERS,
                    Way.Reach.SEVERAL,
                    ways.get(members.get(0).key().parent().orElseThrow()).organization(),
                    List.of(),
                    members));
        }
        if (foreignKeys.membersOf(table.name()).anyMatch(key -> !open.containsKey(key.table()))) {
            return Optional.empty(); // by what their members say, once that is known
        }
        // What is one organization's tells whose a row is, before what is that of several, and that before what is
        // everybody's.
        return Stream.of(Way.Reach.values())
                .map(reach -> showingParents(table, reach))
                .filter(parents -> !parents.isEmpty())
                .findFirst()
                .map(parents -> way(
                        table,
                        Way.Kind.PARENTS,
                        parents.get(0).reach(),
                        ways.get(foreignKeys.parentRoot(parents.get(0).key())).organization(),
                        parents,
                        List.of()))
                .filter(way -> !restsOnSharedParentsOfParents(way));
    }

    private static Way way(
            Table table,
            Way.Kind kind,
            Way.Reach reach,
            Way.OrganizationColumn organization,
            List<Way.Parent> parents,
            List<Way.Parent> members) {
        return new Way(
                table.name(),
                kind,
                reach,
                Optional.empty(),
                organization,
                parents,
                members,
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private List<Way.Parent> showingParents(Table table, Way.Reach reach) {
        List<String> answer =
                declaration.members().contains(table.name()) ? List.of() : declaration.answerFor(table.name());
        return possibleWays(table)
                .filter(key -> answer.isEmpty() || key.columns().equals(answer))
                .filter(key -> ways.containsKey(foreignKeys.parentRoot(key)))
                .filter(key -> ways.get(foreignKeys.parentRoot(key)).reach() == reach)
                .map(key -> parent(table, key, true, Way.Check.BY_POLICY))
                .toList();
    }

    /** Whose a row of everybody's is could be read there, but not written. */
    private boolean restsOnSharedParentsOfParents(Way way) {
        boolean rests = way.reach() == Way.Reach.EVERYBODYS
                && way.parents().stream().anyMatch(parent -> parent.column().isEmpty());
        if (rests) {
            ask(catalogue.existing(way.table()), Questions.everybodysFurtherAway(way));
        }
        return rests;
    }

    private Way.Parent parent(Table table, ForeignKey key, boolean shows, Way.Check check) {
        Way parent = ways.get(foreignKeys.parentRoot(key));
        // What is only checked may be protected before its parent has the column that it is to be given.
        Optional<String> column = shows || parent.filled().isEmpty() ? parent.column() : Optional.empty();
        return new Way.Parent(key, column, parent.reach(), !table.requires(key.columns()), shows, check);
    }

    /** Together with what rows may name, but what does not tell whose they are. */
    private Way withChecks(Way way) {
        Table table = catalogue.existing(way.table());
        List<Way.Parent> parents = new ArrayList<>(way.parents());
        Stream.concat(foreignKeys.named(table), foreignKeys.keysOfParts(table))
                .filter(key -> ways.containsKey(foreignKeys.parentRoot(key)))
                .filter(key -> !isImplied(way, key))
                .filter(key ->
                        way.parents().stream().noneMatch(parent -> parent.key().equals(key)))
                .map(key -> parent(table, key, false, check(way, key)))
                .forEach(parents::add);
        return new Way(
                way.table(),
                way.kind(),
                way.reach(),
                way.column(),
                way.organization(),
                parents,
                way.members(),
                userOf(way),
                way.filled(),
                isKept(way));
    }

    /**
     * A user is of several organizations, and so may be what names a user: its end must not end, or change, rows that name it, for
     * whose those are nobody looks.
     */
    private boolean isKept(Way way) {
        return way.reach() == Way.Reach.SEVERAL
                && (way.kind() == Way.Kind.MEMBERS
                        || catalogue.foreignKeysTo(way.table()).anyMatch(ForeignKey::changesRows));
    }

    private Optional<ForeignKey> userOf(Way way) {
        return way.parents().size() == 1 && way.reach() == Way.Reach.SEVERAL
                ? Optional.of(way.parents().get(0).key())
                        .filter(key -> key.columns().size() == 1)
                        .filter(key -> ways.get(foreignKeys.parentRoot(key)).kind() == Way.Kind.MEMBERS)
                : Optional.empty();
    }

    /** By the column itself, or by a key that has both columns in it, of this key or of one more than it has. */
    private boolean isImplied(Way way, ForeignKey key) {
        return namesOrganization(way, key)
                || catalogue.foreignKeysOf(way.table()).stream()
                        .anyMatch(wider -> wider.covers(key) && namesOrganization(way, wider));
    }

    private boolean namesOrganization(Way way, ForeignKey key) {
        Optional<String> parentColumn = ways.get(foreignKeys.parentRoot(key)).column();
        return key.enforced()
                && way.column().isPresent()
                && parentColumn.isPresent()
                && key.names(way.column().get(), parentColumn.get());
    }

    /**
     * A policy must not come back to its own table (42P17). And a user may have left the organization: only who comes to be named
     * is asked for.
     */
    private Way.Check check(Way way, ForeignKey key) {
        String parent = foreignKeys.parentRoot(key);
        boolean comesBack = restsOn(parent).contains(way.table());
        if (ways.get(parent).reach() != Way.Reach.SEVERAL) {
            return comesBack || key.deferrable() ? Way.Check.BY_TRIGGER_AFTER : Way.Check.BY_POLICY;
        }
        return comesBack && !key.isOfItself() ? Way.Check.BY_TRIGGER_BEFORE : Way.Check.BY_TRIGGER_AFTER;
    }

    private Set<String> restsOn(String table) {
        Set<String> found = new HashSet<>();
        addWhatItRestsOn(table, found);
        return found;
    }

    private void addWhatItRestsOn(String table, Set<String> found) {
        if (found.add(table)) {
            Way way = ways.get(table);
            Stream.concat(way.parents().stream(), way.members().stream())
                    .filter(Way.Parent::shows)
                    .forEach(parent -> addWhatItRestsOn(foreignKeys.parentRoot(parent.key()), found));
        }
    }

    private static ForeignKey reversed(ForeignKey key) {
        return new ForeignKey(
                key.parent().orElseThrow(),
                Optional.of(key.table()),
                key.table(),
                key.parentColumns(),
                key.columns(),
                key.deferrable(),
                key.enforced(),
                false,
                List.of());
    }

    /** Whatever leads to an organization, in however many steps. */
    private Set<String> reachable() {
        Set<String> reachable = new HashSet<>(ways.keySet());
        boolean grown;
        do {
            grown = undecided()
                            .filter(table -> leadsTo(table, reachable))
                            .map(Table::name)
                            .filter(reachable::add)
                            .count()
                    > 0;
        } while (grown);
        return reachable;
    }

    private boolean leadsTo(Table table, Set<String> reachable) {
        return Stream.concat(
                        foreignKeys
                                .named(table)
                                .filter(key -> !key.isOfItself())
                                .map(foreignKeys::parentRoot),
                        foreignKeys.membersOf(table.name()).map(ForeignKey::table))
                .anyMatch(reachable::contains);
    }

    private Stream<Table> undecided() {
        return catalogue
                .tables()
                .filter(table -> table.kind() == Table.Kind.TABLE)
                .filter(table -> !isCovered(table))
                .filter(table -> !ways.containsKey(table.name()))
                .filter(table -> !open.containsKey(table.name()))
                .filter(table -> !declaration.global().contains(table.name()))
                // Copied, as what is decided is taken away meanwhile.
                .toList()
                .stream();
    }

    /**
     * By what is known, or will be, of the table that it is a part of. What inherits from one that gets no policies is on its own; a
     * partition is not.
     */
    private boolean isCovered(Table table) {
        return table.partOf()
                .filter(root ->
                        table.isPartition() || (!declaration.global().contains(root) && !open.containsKey(root)))
                .isPresent();
    }

    private void askForTheRest() {
        undecided().forEach(table -> ask(table, questions.whoseRows(table, columnsThatHoldOrganizations())));
        catalogue
                .tables()
                .filter(table -> table.kind() == Table.Kind.FOREIGN_TABLE)
                .filter(table -> !declaration.global().contains(table.name()))
                .forEach(table -> ask(table, Questions.foreignTable(table)));
    }

    private Stream<String> columnsThatHoldOrganizations() {
        return ways.values().stream()
                .filter(way -> way.kind() == Way.Kind.COLUMN)
                .flatMap(way -> way.column().stream())
                .distinct();
    }

    private void askAboutViews() {
        catalogue
                .tables()
                .filter(view -> !declaration.global().contains(view.name()))
                .filter(view -> showsRowsOfTenants(view, new HashSet<>()))
                .forEach(view -> ask(view, Questions.view(view)));
    }

    /** A view that reads as its reader shows what the policies show, unless it reads another one that does not. */
    private boolean showsRowsOfTenants(Table view, Set<String> seen) {
        return switch (view.kind()) {
            case TABLE, FOREIGN_TABLE -> false;
            case VIEW -> !view.asReader() && readsRowsOfTenants(view, seen);
            case MATERIALIZED_VIEW -> readsRowsOfTenants(view, seen);
        };
    }

    private boolean readsRowsOfTenants(Table view, Set<String> seen) {
        return view.reads().stream()
                .filter(seen::add)
                .flatMap(read -> catalogue.table(read).stream())
                .anyMatch(read -> switch (read.kind()) {
                    case TABLE, FOREIGN_TABLE -> ways.containsKey(catalogue.rootOf(read.name()));
                    case VIEW, MATERIALIZED_VIEW -> readsRowsOfTenants(read, seen);
                });
    }

    private void ask(Table table, String question) {
        open.put(table.name(), question);
    }
}
