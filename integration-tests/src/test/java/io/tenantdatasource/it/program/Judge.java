package io.tenantdatasource.it.program;

import io.tenantdatasource.it.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Tells what is wrong with what a program saw, without knowing what it should have seen. */
final class Judge {

    private static final Pattern RAN_FOR = Pattern.compile("who:([0-9a-f-]*)/(\\w+);");
    private static final Pattern ROW_OF = Pattern.compile("org:([0-9a-f-]+);");

    private static final String ROWS = "select string_agg(doc::text, ' ' order by id) from doc where org = '%s'";

    /** What a session still has that is, or shows, somebody's. */
    private static final String LEFT = """
            select concat(
              current_setting('app.organization_id', true),
              nullif(current_setting('role'), 'none'),
              nullif(session_user, '%s'),
              (select string_agg(name, ', ') from pg_cursors where is_holdable),
              (select string_agg(c, ', ') from pg_listening_channels() c),
              (select string_agg(relname, ', ') from pg_class where relnamespace = pg_my_temp_schema()))
            """;

    private static final int SESSIONS_OF_A_POOLER = 3;

    private final World world;
    private int comparedToTheEnd;
    private int comparedInPart;

    Judge(World world) {
        this.world = world;
    }

    /** Runs a program, and by hand too where the same is to be seen there. */
    Optional<Finding> judge(Program program) throws SQLException {
        world.refill();
        String before = rows();
        List<Entry> bound = new ArrayList<>();
        Optional<Finding> finding = playBound(program, bound);
        if (finding.isEmpty()) {
            finding = sightings(bound);
        }
        if (finding.isEmpty()) {
            finding = foreignWrites(program, before);
        }
        if (finding.isPresent() || program.tampers() || program.surroundings().pooler()) {
            return finding;
        }
        String left = world.left();
        long runs = world.runs();
        world.refill();
        return differences(bound, playByHand(program), left, runs);
    }

    private Optional<Finding> playBound(Program program, List<Entry> entries) throws SQLException {
        PGSimpleDataSource server = world.user();
        DataSource pool = program.surroundings().open(server);
        Bound bound = Bound.over(pool, program.surroundings());
        try {
            entries.addAll(new Player(world, server, program.surroundings()).play(program, bound));
            boolean mayBeLeft = program.surroundings().pooler() && program.tampers() && program.commitsByText();
            Optional<Finding> left = mayBeLeft ? Optional.empty() : leftInSession(pool, program.surroundings());
            return left.isPresent() ? left : poolIsWhole(bound);
        } finally {
            bound.dataSource().close();
        }
    }

    private List<Entry> playByHand(Program program) throws SQLException {
        PGSimpleDataSource server = world.user();
        DataSource pool = program.surroundings().open(server);
        try {
            return new Player(world, server, program.surroundings())
                    .play(program, new ByHand(pool, program.surroundings().assumesRole()));
        } finally {
            close(pool);
        }
    }

    /** Each statement tells for whom it ran, and each row whose it is. */
    private static Optional<Finding> sightings(List<Entry> entries) {
        return entries.stream()
                .flatMap(entry -> entry.lines().stream().flatMap(line -> sightings(entry, line)))
                .findFirst();
    }

    private static Stream<Finding> sightings(Entry entry, String line) {
        return Stream.concat(ranForAnother(entry, line), foreignRows(entry, line));
    }

    private static Stream<Finding> ranForAnother(Entry entry, String line) {
        return RAN_FOR.matcher(line)
                .results()
                .filter(found -> !found.group(1).equals(entry.worker().organizationId())
                        || (!entry.role().isEmpty() && !found.group(2).equals(entry.role())))
                .map(found -> new Finding("ran for another", entry + " -> " + line));
    }

    private static Stream<Finding> foreignRows(Entry entry, String line) {
        return ROW_OF.matcher(line)
                .results()
                .filter(found -> !found.group(1).equals(entry.worker().organizationId()))
                .map(found -> new Finding("foreign row", entry + " -> " + line));
    }

    private String rows() throws SQLException {
        return world.ask(ROWS.formatted(Worker.GLOBEX.organizationId()));
    }

    private Optional<Finding> foreignWrites(Program program, String before) throws SQLException {
        String after = rows();
        if (!program.worksFor(Worker.GLOBEX) && !after.equals(before)) {
            return Optional.of(new Finding("foreign row changed", before + " -> " + after));
        }
        String writers = Arrays.stream(Worker.values())
                .filter(program::worksFor)
                .map(worker -> "'" + worker.organizationId() + "'")
                .collect(Collectors.joining(", "));
        String others = world.ask("select string_agg(note::text, ' ') from note where writer not in (" + writers + ")");
        return Optional.ofNullable(others).map(notes -> new Finding("written for another", notes));
    }

    private static Optional<Finding> leftInSession(DataSource pool, Surroundings surroundings) throws SQLException {
        for (int i = 0; i < (surroundings.pooler() ? SESSIONS_OF_A_POOLER : 1); i++) {
            String left = perhapsOnceMore(() -> leftInSession(pool));
            if (!left.isEmpty()) {
                return Optional.of(new Finding("left in the session", left));
            }
        }
        return Optional.empty();
    }

    private static String leftInSession(DataSource pool) throws SQLException {
        try (Connection next = pool.getConnection()) {
            return Sql.query(next, LEFT.formatted(next.getMetaData().getUserName()));
        }
    }

    private Optional<Finding> poolIsWhole(Bound bound) throws SQLException {
        String seen = perhapsOnceMore(() -> rowsOfNext(bound));
        String there = world.ask("select count(*) from doc where org = '" + Worker.GLOBEX.organizationId() + "'");
        return seen.equals(there)
                ? Optional.empty()
                : Optional.of(new Finding("the next one sees", seen + " rows instead of " + there));
    }

    private static String rowsOfNext(Bound bound) throws SQLException {
        try (Connection next = bound.checkOut(Worker.GLOBEX)) {
            return Sql.query(next, "select count(*) from doc");
        }
    }

    private interface Question {
        String ask() throws SQLException;
    }

    /** A session that has ended while its connection was in the pool is noticed when it is used, by the one who does. */
    private static String perhapsOnceMore(Question question) throws SQLException {
        try {
            return question.ask();
        } catch (SQLException e) {
            if (!Set.of("57P01", "08006", "08003").contains(e.getSQLState())) {
                throw e;
            }
            return question.ask();
        }
    }

    private Optional<Finding> differences(List<Entry> bound, List<Entry> byHand, String left, long runs)
            throws SQLException {
        for (int i = 0; i < Math.min(bound.size(), byHand.size()); i++) {
            Entry ours = bound.get(i);
            Entry theirs = byHand.get(i);
            if (!ours.looksLike(theirs)) {
                if (Difference.isExplained(bound.subList(0, i), ours, theirs)) {
                    comparedInPart++;
                    return Optional.empty();
                }
                return Optional.of(new Finding(Difference.kind(ours, theirs), Difference.text(ours, theirs)));
            }
        }
        comparedToTheEnd++;
        if (runs > world.runs()) {
            return Optional.of(new Finding("ran more often than by hand", runs + " times instead of " + world.runs()));
        }
        String leftByHand = world.left();
        return leftByHand.equals(left)
                ? Optional.empty()
                : Optional.of(new Finding("other rows afterwards", left + "\n by hand " + leftByHand));
    }

    /** How many programs were the same as by hand in each step, and afterwards. */
    int comparedToTheEnd() {
        return comparedToTheEnd;
    }

    /** How many were up to a difference that is explained. */
    int comparedInPart() {
        return comparedInPart;
    }

    private static void close(DataSource pool) throws SQLException {
        if (pool instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new SQLException(e);
            }
        }
    }
}
