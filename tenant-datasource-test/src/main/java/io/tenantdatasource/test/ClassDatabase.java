package io.tenantdatasource.test;

import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.OpenConnections.Opened;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * A test class's database while its tests run: what rows each of them starts with, and which connections each has to close.
 * One thread at a time begins and ends tests.
 */
final class ClassDatabase implements AutoCloseable {

    private final TestDatabase database;
    private final OpenConnections connections = new OpenConnections();
    private final DataSource owner;
    private final DataSource unbound;
    private final TenantDataSource bound;

    /** The class and those nested in each other within it that are running, the innermost first. */
    private final Deque<RunningClass> classes = new ArrayDeque<>();

    private Optional<String> test = Optional.empty();

    /** Closes the database in the end, and also if its application's user cannot be created. */
    ClassDatabase(TestDatabase database) {
        this.database = database;
        try {
            this.owner = new ObservedDataSource(database.owner(), connections);
            this.unbound = new ObservedDataSource(database.application(), connections);
            this.bound = TenantDataSource.builder(unbound).databaseCheck(false).build();
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    TestDatabase database() {
        return database;
    }

    DataSource owner() {
        return owner;
    }

    DataSource unbound() {
        return unbound;
    }

    TenantDataSource bound() {
        return bound;
    }

    /** What the class writes before its tests is theirs alone: what is there now is for the classes around it. */
    void beginClass(String id) {
        if (classes.stream().noneMatch(running -> running.id.equals(id))) {
            keepRowsOfInnermostClass();
            classes.push(new RunningClass(id));
            connections.begin(id);
        }
    }

    /** The rows that are there when an application context has been opened are what classes that share it leave behind. */
    void beginShared() {
        if (classes.isEmpty()) {
            classes.push(new RunningClass("shared"));
            keepRowsOfInnermostClass();
        }
    }

    void endClass(String id) {
        Optional<IllegalStateException> failure = endOpened(connections.end(id), "this class");
        classes.removeIf(running -> running.id.equals(id));
        finish(failure);
    }

    /** The first one starts with the rows that are there after all {@code @BeforeAll} methods. */
    void beginTest(String id) {
        if (!test.equals(Optional.of(id))) {
            keepRowsOfInnermostClass();
            test = Optional.of(id);
            connections.begin(id);
        }
    }

    /** A second call does nothing. */
    void endTest(String id) {
        if (test.equals(Optional.of(id))) {
            test = Optional.empty();
            finish(endOpened(connections.end(id), "this test"));
        }
    }

    private void keepRowsOfInnermostClass() {
        if (!classes.isEmpty() && classes.peek().rows.isEmpty()) {
            Optional<Baseline> ofOuter =
                    classes.stream().flatMap(running -> running.rows.stream()).findFirst();
            classes.peek().rows = Optional.of(database.rows().baseline(ofOuter));
        }
    }

    /** Sets the rows back, and fails with what went wrong before in the first place. */
    private void finish(Optional<IllegalStateException> failure) {
        try {
            Optional.ofNullable(classes.peek()).flatMap(running -> running.rows).ifPresent(database.rows()::reset);
        } catch (IllegalStateException e) {
            failure.ifPresent(first -> first.addSuppressed(e));
            throw failure.orElse(e);
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** Returns what to say of them, if there are any. */
    private Optional<IllegalStateException> endOpened(List<Opened> leftOpen, String by) {
        if (leftOpen.isEmpty()) {
            return Optional.empty();
        }
        IllegalStateException failure = new IllegalStateException(leftOpen.size()
                + (leftOpen.size() == 1 ? " connection was" : " connections were") + " left open by " + by
                + ", and aborted. Close connections, as try-with-resources does; below is where each was opened");
        leftOpen.forEach(opened -> failure.addSuppressed(opened.place()));
        try {
            abort(leftOpen);
        } catch (SQLException | IllegalStateException e) {
            failure.addSuppressed(e);
        }
        return Optional.of(failure);
    }

    private void abort(List<Opened> leftOpen) throws SQLException {
        List<Integer> processes = leftOpen.stream().map(Opened::process).toList();
        for (Opened opened : leftOpen) {
            opened.connection().abort(Runnable::run);
        }
        database.rows().endSessions(processes);
    }

    @Override
    public void close() {
        database.close();
    }

    /** One whose rows are known from its first test, or its first nested class on. */
    private static final class RunningClass {
        private final String id;
        private Optional<Baseline> rows = Optional.empty();

        private RunningClass(String id) {
            this.id = id;
        }
    }
}
