package io.tenantdatasource.it.program;

import io.tenantdatasource.it.Transcript;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an application holds while its program runs: a connection, and what it got from it. */
final class Hand {

    private final Place place;
    private final Transcript seen;
    private final Administrator administrator;

    private Worker worker = Worker.NOBODY;
    private Connection connection;
    private Connection before;
    private Map<String, PreparedStatement> prepared = new HashMap<>();
    private List<Savepoint> savepoints = new ArrayList<>();
    private Optional<ResultSet> cursor = Optional.empty();
    private boolean hasSetRole;

    /** Who can end a session. */
    interface Administrator {
        void terminate() throws SQLException;
    }

    Hand(Place place, Transcript seen, Administrator administrator) {
        this.place = place;
        this.seen = seen;
        this.administrator = administrator;
    }

    void terminate() throws SQLException {
        administrator.terminate();
    }

    Place place() {
        return place;
    }

    Transcript seen() {
        return seen;
    }

    Connection connection() {
        return connection;
    }

    /** The connection that was returned last, if there was one. */
    Optional<Connection> returned() {
        return Optional.ofNullable(before);
    }

    /** For whom the connection was checked out. */
    Worker worker() {
        return worker;
    }

    /** Whether a text of this checkout has set a role, which is then its own doing. */
    boolean hasSetRole() {
        return hasSetRole;
    }

    /** Takes note of a text, before it is run. */
    String running(String sql) {
        hasSetRole |= Texts.setsRole(sql);
        return sql;
    }

    void checkOut(Worker next) throws SQLException {
        worker = next;
        hasSetRole = false;
        prepared = new HashMap<>();
        savepoints = new ArrayList<>();
        cursor = Optional.empty();
        connection = null;
        connection = place.checkOut(next);
    }

    void giveBack() throws SQLException {
        before = connection;
        place.giveBack(connection);
    }

    /** The statement of a text, prepared when it is needed first in a checkout, and kept. */
    PreparedStatement prepared(String sql) throws SQLException {
        PreparedStatement known = prepared.get(sql);
        if (known == null || known.isClosed()) {
            known = connection.prepareStatement(running(sql));
            prepared.put(sql, known);
        }
        return known;
    }

    void addSavepoint() throws SQLException {
        savepoints.add(connection.setSavepoint());
    }

    /** One of those that were set, the same for the same number, or none. */
    Optional<Savepoint> savepoint(int number) {
        return savepoints.isEmpty() ? Optional.empty() : Optional.of(savepoints.get(number % savepoints.size()));
    }

    void openCursor(String sql, int fetchSize) throws SQLException {
        closeCursor();
        Statement statement = connection.createStatement();
        statement.setFetchSize(fetchSize);
        cursor = Optional.of(statement.executeQuery(running(sql)));
    }

    Optional<ResultSet> cursor() {
        return cursor;
    }

    void closeCursor() throws SQLException {
        if (cursor.isPresent()) {
            Statement statement = cursor.orElseThrow().getStatement();
            cursor = Optional.empty();
            statement.close();
        }
    }
}
