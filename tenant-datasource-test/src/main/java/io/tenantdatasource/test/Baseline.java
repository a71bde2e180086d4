package io.tenantdatasource.test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * What was in all tables, sequences and materialized views of a database at a time, and how to get back there.
 *
 * <p>A few queries tell what has changed since. Tables that were empty and take up space now are asked for a first row, others
 * for the number and a hash of their rows. Only what has changed is emptied, together with what refers to it, and filled from memory again.
 */
final class Baseline {

    private final String fingerprint;
    private final List<Relation> relations;
    /** By oid, as {@link Relation#contents()} tells. */
    private final Map<Long, String> contents;
    /** In {@code COPY}'s text format, by oid. */
    private final Map<Long, byte[]> rows;

    private Baseline(String fingerprint, List<Relation> relations, Map<Long, String> contents, Map<Long, byte[]> rows) {
        this.fingerprint = fingerprint;
        this.relations = relations;
        this.contents = contents;
        this.rows = rows;
    }

    /** Rows that are as they were in an earlier one are not read again. */
    static Baseline take(Connection connection, Optional<Baseline> earlier) throws SQLException {
        String fingerprint = Relation.fingerprint(connection);
        List<Relation> relations = Relation.all(connection);
        List<Relation> readable = relations.stream().filter(Baseline::canBeRead).toList();
        Map<Long, String> contents = contents(connection, readable, Map.of());
        Map<Long, byte[]> rows = new HashMap<>();
        for (Relation relation : relations) {
            if (relation.isTable() && !contents.get(relation.oid()).equals(Relation.NO_ROWS)) {
                Optional<byte[]> same = earlier.flatMap(baseline -> baseline.rowsIfStill(relation, contents));
                rows.put(relation.oid(), same.isPresent() ? same.get() : read(connection, relation));
            }
        }
        return new Baseline(fingerprint, relations, contents, rows);
    }

    private Optional<byte[]> rowsIfStill(Relation relation, Map<Long, String> now) {
        return relations.contains(relation) && now.get(relation.oid()).equals(contents.get(relation.oid()))
                ? Optional.ofNullable(rows.get(relation.oid()))
                : Optional.empty();
    }

    private static boolean canBeRead(Relation relation) {
        return relation.kind() != Relation.Kind.MATERIALIZED_VIEW || relation.populated();
    }

    /**
     * Asks for each group in a statement of its own, so that the server goes on using the plan of one while another group's
     * tables are emptied.
     */
    private static Map<Long, String> contents(
            Connection connection, List<Relation> relations, Map<Long, String> expected) throws SQLException {
        Predicate<Relation> expectedEmpty = relation -> Relation.NO_ROWS.equals(expected.get(relation.oid()));
        Predicate<Relation> isSequence = relation -> relation.kind() == Relation.Kind.SEQUENCE;
        List<Relation> empty = relations.stream().filter(expectedEmpty).toList();
        Map<Long, String> contents = new HashMap<>();
        empty.forEach(relation -> contents.put(relation.oid(), Relation.NO_ROWS));
        ask(connection, written(connection, empty), Relation::contentsOfEmpty, contents);
        ask(connection, relations.stream().filter(isSequence).toList(), Relation::contents, contents);
        ask(
                connection,
                relations.stream().filter(isSequence.or(expectedEmpty).negate()).toList(),
                Relation::contents,
                contents);
        return contents;
    }

    /** Those that take up space, as each one does that was written to since it was emptied. */
    private static List<Relation> written(Connection connection, List<Relation> relations) throws SQLException {
        Set<Long> written = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select oid from unnest(?::bigint[]) as oid where pg_relation_size(oid::oid) > 0")) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "bigint", relations.stream().map(Relation::oid).toArray()));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    written.add(result.getLong(1));
                }
            }
        }
        return relations.stream()
                .filter(relation -> written.contains(relation.oid()))
                .toList();
    }

    private static void ask(
            Connection connection,
            List<Relation> relations,
            Function<Relation, String> expression,
            Map<Long, String> answers)
            throws SQLException {
        if (relations.isEmpty()) {
            return;
        }
        String expressions = relations.stream().map(expression).collect(Collectors.joining(",\n"));
        try (PreparedStatement statement = connection.prepareStatement("select array[" + expressions + "]");
                ResultSet result = statement.executeQuery()) {
            result.next();
            String[] values = (String[]) result.getArray(1).getArray();
            for (int i = 0; i < values.length; i++) {
                answers.put(relations.get(i).oid(), values[i]);
            }
        }
    }

    private static byte[] read(Connection connection, Relation table) throws SQLException {
        try {
            ByteArrayOutputStream rows = new ByteArrayOutputStream();
            copyManager(connection).copyOut("copy " + table.name() + table.columnList() + " to stdout", rows);
            return rows.toByteArray();
        } catch (IOException e) {
            throw new SQLException("The rows of " + table.name() + " could not be read", e);
        }
    }

    /** Leaves the connection as it was, in autocommit. */
    void restore(Connection connection) throws SQLException {
        List<Relation> now =
                Relation.fingerprint(connection).equals(fingerprint) ? relations : Relation.all(connection);
        requireAllOf(now);
        Set<Long> changed = changed(connection, now);
        if (!changed.isEmpty()) {
            inOneTransaction(connection, () -> restore(connection, now, changed));
        }
    }

    private void requireAllOf(List<Relation> now) {
        Map<Long, Relation> byOid = byOid(now);
        List<String> gone = relations.stream()
                .filter(relation -> relation.isTable() && !byOid.containsKey(relation.oid()))
                .map(Relation::name)
                .toList();
        if (!gone.isEmpty()) {
            throw new IllegalStateException(
                    "The rows cannot be set back, since tables are gone: " + String.join(", ", gone)
                            + ". Tests that share a database may change its rows, but not its schema");
        }
    }

    private static Map<Long, Relation> byOid(List<Relation> relations) {
        return relations.stream().collect(Collectors.toMap(Relation::oid, relation -> relation));
    }

    /** A materialized view that has been populated or emptied is one that has changed, and asking it might fail. */
    private Set<Long> changed(Connection connection, List<Relation> now) throws SQLException {
        Map<Long, Relation> then = byOid(relations);
        Predicate<Relation> asPopulatedAsThen = relation ->
                !then.containsKey(relation.oid()) || then.get(relation.oid()).populated() == relation.populated();
        Map<Long, String> expected = expected(now, then);
        List<Relation> readable = now.stream()
                .filter(relation -> expected.containsKey(relation.oid()))
                .filter(asPopulatedAsThen.and(Baseline::canBeRead))
                .toList();
        Map<Long, String> found = contents(connection, readable, expected);
        return Stream.concat(
                        readable.stream()
                                .filter(relation -> !found.get(relation.oid()).equals(expected.get(relation.oid()))),
                        now.stream().filter(asPopulatedAsThen.negate()))
                .map(Relation::oid)
                .collect(Collectors.toSet());
    }

    /** Tables that are new should be empty; new sequences and views are nobody's concern. */
    private Map<Long, String> expected(List<Relation> now, Map<Long, Relation> then) {
        Map<Long, String> expected = new HashMap<>(contents);
        now.stream()
                .filter(relation -> relation.isTable() && !then.containsKey(relation.oid()))
                .forEach(table -> expected.put(table.oid(), Relation.NO_ROWS));
        return expected;
    }

    private void restore(Connection connection, List<Relation> now, Set<Long> changed) throws SQLException {
        Map<Long, Relation> tables =
                withReferring(now.stream().filter(Relation::isTable).toList(), changed);
        try (Statement statement = connection.createStatement()) {
            // neither triggers nor foreign keys are asked, as they were when the rows were written first
            statement.execute(
                    "set local session_replication_role = replica" + truncate(tables) + setSequences(now, changed));
            for (Relation table : tables.values()) {
                write(connection, table);
            }
            for (Relation relation : now) {
                if (relation.kind() == Relation.Kind.MATERIALIZED_VIEW && changed.contains(relation.oid())) {
                    statement.execute(refresh(relation));
                }
            }
        }
    }

    /** {@code TRUNCATE} takes no table alone that others refer to, whether or not they have rows. */
    private static Map<Long, Relation> withReferring(List<Relation> tables, Set<Long> changed) {
        Map<Long, Relation> reached = new LinkedHashMap<>();
        Predicate<Relation> isReached = table ->
                changed.contains(table.oid()) || table.referenced().stream().anyMatch(reached::containsKey);
        int before;
        do {
            before = reached.size();
            tables.stream().filter(isReached).forEach(table -> reached.put(table.oid(), table));
        } while (reached.size() > before);
        return reached;
    }

    private static String truncate(Map<Long, Relation> tables) {
        return tables.isEmpty()
                ? ""
                : tables.values().stream()
                        .map(table -> "only " + table.name())
                        .collect(Collectors.joining(", ", "; truncate ", " cascade"));
    }

    private String setSequences(List<Relation> now, Set<Long> changed) {
        return now.stream()
                .filter(relation -> relation.kind() == Relation.Kind.SEQUENCE && changed.contains(relation.oid()))
                .map(sequence ->
                        "; select setval(" + sequence.oid() + "::oid::regclass, " + contents.get(sequence.oid()) + ")")
                .collect(Collectors.joining());
    }

    private void write(Connection connection, Relation table) throws SQLException {
        byte[] kept = rows.get(table.oid());
        if (kept == null) {
            return;
        }
        try {
            copyManager(connection)
                    .copyIn(
                            "copy " + table.name() + table.columnList() + " from stdin",
                            new ByteArrayInputStream(kept));
        } catch (IOException e) {
            throw new SQLException("The rows of " + table.name() + " could not be written", e);
        }
    }

    private String refresh(Relation view) {
        boolean populated = contents.containsKey(view.oid());
        return "refresh materialized view " + view.name() + (populated ? "" : " with no data");
    }

    private static CopyManager copyManager(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    private interface Work {
        void run() throws SQLException;
    }

    private static void inOneTransaction(Connection connection, Work work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            work.run();
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }
}
