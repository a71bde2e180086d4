package io.tenantdatasource.test.isolation;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is in the database: found, not listed. */
record Catalogue(
        List<Relation> relations, List<DefinerFunction> functions, List<Role> roles, List<String> expressions) {

    List<Relation> tables() {
        return relations.stream().filter(Relation::isTable).toList();
    }

    Optional<Relation> relation(long oid) {
        return relations.stream().filter(r -> r.oid() == oid).findFirst();
    }

    /** The leaves below a partitioned table, or the table itself. */
    List<Relation> leavesOf(Relation table) {
        if (!table.isPartitioned()) {
            return List.of(table);
        }
        return relations.stream()
                .filter(r -> r.parent() == table.oid())
                .flatMap(r -> leavesOf(r).stream())
                .toList();
    }

    /** Those that a partition is within, the next one first. */
    List<Relation> ancestorsOf(Relation partition) {
        List<Relation> ancestors = new ArrayList<>();
        Optional<Relation> parent = relation(partition.parent());
        while (parent.isPresent()) {
            ancestors.add(parent.get());
            parent = relation(parent.get().parent());
        }
        return ancestors;
    }

    /**
     * Reads it.
     *
     * @param users who may have no more rights than they inherit
     */
    static Catalogue read(Session session, Collection<String> users) throws SQLException {
        List<Relation> bare = session.query(Sql.script("relations.sql"), statement -> {}, Catalogue::bareRelation);
        List<Long> oids = bare.stream().map(Relation::oid).toList();
        Details details = Details.read(session, oids);
        return new Catalogue(
                bare.stream().map(details::addTo).toList(),
                session.query(Sql.script("functions.sql"), statement -> {}, Catalogue::function),
                roles(session, oids, users),
                session.query(Sql.script("expressions.sql"), statement -> {}, row -> row.getString("text")));
    }

    private static Relation bareRelation(ResultSet row) throws SQLException {
        return new Relation(
                row.getLong("oid"),
                row.getString("schema"),
                row.getString("name"),
                row.getString("kind"),
                row.getString("owner"),
                row.getBoolean("row_security"),
                row.getBoolean("forced"),
                row.getLong("parent"),
                row.getBoolean("read_by_its_caller"),
                row.getBoolean("by_triggers_or_rules"),
                row.getInt("updatable"),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private static DefinerFunction function(ResultSet row) throws SQLException {
        return new DefinerFunction(
                row.getLong("oid"),
                row.getString("schema"),
                row.getString("name"),
                row.getString("arguments"),
                row.getString("kind").equals("p"),
                arguments(texts(row, "argument_types"), texts(row, "argument_modes")),
                row.getInt("defaults"),
                row.getBoolean("answers_with_cursor"));
    }

    private static List<DefinerFunction.Argument> arguments(List<String> types, List<String> modes) {
        return IntStream.range(0, types.size())
                .mapToObj(i -> new DefinerFunction.Argument(types.get(i), modes.get(i)))
                .toList();
    }

    private static List<Role> roles(Session session, List<Long> oids, Collection<String> users) throws SQLException {
        Array relations = session.oids(oids);
        List<Role> bare = session.query(
                Sql.script("roles.sql"),
                statement -> {
                    statement.setArray(1, relations);
                    statement.setArray(2, relations);
                    statement.setArray(3, relations);
                    statement.setArray(4, session.texts(users));
                    statement.setArray(5, relations);
                },
                row -> new Role(row.getString("name"), row.getBoolean("bypasses"), row.getBoolean("owner"), Map.of()));
        List<Role> roles = new ArrayList<>();
        for (Role role : bare) {
            roles.add(new Role(role.name(), role.bypasses(), role.owner(), grants(session, oids, role.name())));
        }
        return roles;
    }

    private static Map<Long, Grants> grants(Session session, List<Long> oids, String role) throws SQLException {
        Map<Long, Grants> grants = new HashMap<>();
        session.query(
                Sql.script("grants.sql"),
                statement -> {
                    statement.setString(1, role);
                    statement.setString(2, role);
                    statement.setString(3, role);
                    statement.setString(4, role);
                    statement.setString(5, role);
                    statement.setString(6, role);
                    statement.setArray(7, session.oids(oids));
                    statement.setString(8, role);
                },
                row -> grants.put(
                        row.getLong("relation"),
                        new Grants(
                                Set.copyOf(texts(row, "selectable")),
                                Set.copyOf(texts(row, "insertable")),
                                Set.copyOf(texts(row, "updatable")),
                                row.getBoolean("deletable"),
                                row.getBoolean("truncatable"))));
        return grants;
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }

    /** What belongs to relations, by their ids. */
    private record Details(
            Map<Long, List<Column>> columns,
            Map<Long, List<Constraint>> constraints,
            Map<Long, List<NamedPolicy>> policies) {

        static Details read(Session session, List<Long> oids) throws SQLException {
            Array relations = session.oids(oids);
            return new Details(
                    byRelation(
                            session.query(
                                    Sql.script("columns.sql"),
                                    statement -> statement.setArray(1, relations),
                                    OwnedColumn::of),
                            OwnedColumn::relation,
                            OwnedColumn::column),
                    byRelation(
                            session.query(
                                    Sql.script("constraints.sql"),
                                    statement -> {
                                        statement.setArray(1, relations);
                                        statement.setArray(2, relations);
                                        statement.setArray(3, relations);
                                    },
                                    Constraint::of),
                            Constraint::relation,
                            Function.identity()),
                    byRelation(
                            session.query(
                                    Sql.script("policies.sql"),
                                    statement -> statement.setArray(1, relations),
                                    NamedPolicy::of),
                            NamedPolicy::relation,
                            Function.identity()));
        }

        private static <S, T> Map<Long, List<T>> byRelation(
                List<S> rows, Function<S, Long> relation, Function<S, T> value) {
            return rows.stream()
                    .collect(Collectors.groupingBy(relation, Collectors.mapping(value, Collectors.toList())));
        }

        private List<Column> own(Relation bare) {
            return columns.getOrDefault(bare.oid(), List.of());
        }

        private static List<String> named(List<Column> columns, String expression) {
            return columns.stream()
                    .map(Column::name)
                    .filter(name -> Pattern.compile("(?<!\\w)" + Pattern.quote(name) + "(?!\\w)")
                            .matcher(expression)
                            .find())
                    .toList();
        }

        Relation addTo(Relation bare) {
            List<Constraint> own = constraints.getOrDefault(bare.oid(), List.of());
            return new Relation(
                    bare.oid(),
                    bare.schema(),
                    bare.name(),
                    bare.kind(),
                    bare.owner(),
                    bare.rowSecurity(),
                    bare.forced(),
                    bare.parent(),
                    bare.readByItsCaller(),
                    bare.extended(),
                    bare.updatable(),
                    own(bare),
                    own.stream()
                            .filter(c -> c.kind().equals("p") || c.kind().equals("u"))
                            .sorted(Comparator.comparing(Constraint::kind))
                            .map(Constraint::columns)
                            .toList(),
                    own.stream()
                            .filter(c -> c.kind().equals("f"))
                            .map(c -> new ForeignKey(bare.oid(), c.columns(), c.referenced(), c.referencedColumns()))
                            .toList(),
                    own.stream()
                            .filter(c -> c.kind().equals("c") || c.kind().equals("b"))
                            .map(c -> new Relation.Check(
                                    c.columns().isEmpty() ? named(own(bare), c.expression()) : c.columns(),
                                    c.expression()))
                            .toList(),
                    policies.getOrDefault(bare.oid(), List.of()).stream()
                            .map(NamedPolicy::policy)
                            .toList());
        }
    }

    private record OwnedColumn(long relation, Column column) {

        static OwnedColumn of(ResultSet row) throws SQLException {
            return new OwnedColumn(
                    row.getLong("relation"),
                    new Column(
                            row.getString("name"),
                            row.getString("type"),
                            row.getString("base_type"),
                            row.getString("base_name"),
                            row.getString("category"),
                            row.getString("element_type"),
                            texts(row, "labels"),
                            row.getBoolean("required"),
                            row.getBoolean("has_default"),
                            row.getBoolean("always_identity"),
                            row.getBoolean("generated")));
        }
    }

    private record Constraint(
            long relation,
            String kind,
            List<String> columns,
            long referenced,
            List<String> referencedColumns,
            String expression) {

        static Constraint of(ResultSet row) throws SQLException {
            return new Constraint(
                    row.getLong("relation"),
                    row.getString("kind"),
                    texts(row, "columns"),
                    row.getLong("referenced"),
                    texts(row, "referenced_columns"),
                    row.getString("expression"));
        }
    }

    private record NamedPolicy(long relation, Policy policy) {

        static NamedPolicy of(ResultSet row) throws SQLException {
            return new NamedPolicy(
                    row.getLong("relation"),
                    new Policy(
                            row.getString("name"),
                            row.getBoolean("permissive"),
                            row.getString("command"),
                            texts(row, "roles"),
                            row.getString("using_expression"),
                            row.getString("check_expression")));
        }
    }
}
