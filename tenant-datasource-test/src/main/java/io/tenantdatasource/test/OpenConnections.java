package io.tenantdatasource.test;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;

/**
 * The connections that tests have opened, each with the place and with what ran at the time: a test, or a class before and
 * after its tests. Safe for use by several threads, as tests may have some.
 */
final class OpenConnections {

    /** One that was opened there. */
    record Opened(Connection connection, Throwable place) {

        private boolean isOpen() {
            try {
                return !connection.isClosed();
            } catch (SQLException e) {
                return true;
            }
        }

        /** The server's process, also of one that is not open any more. */
        int process() {
            return ((PGConnection) connection).getBackendPID();
        }
    }

    /** By what runs, the innermost last. */
    private final Map<String, List<Opened>> byRunning = new LinkedHashMap<>();

    private String innermost;

    synchronized void begin(String id) {
        byRunning.putIfAbsent(id, new ArrayList<>());
        innermost = id;
    }

    /** What was opened while nothing runs, as by a thread that a test left behind, is nobody's. */
    synchronized void add(Connection connection) {
        List<Opened> opened = byRunning.get(innermost);
        if (opened != null) {
            opened.removeIf(earlier -> !earlier.isOpen());
            opened.add(new Opened(connection, new Throwable("A connection was opened here, and left open")));
        }
    }

    /** Returns those that are still open, and forgets them. */
    synchronized List<Opened> end(String id) {
        List<Opened> opened = byRunning.remove(id);
        innermost = byRunning.keySet().stream().reduce((outer, inner) -> inner).orElse(null);
        return opened == null
                ? List.of()
                : opened.stream().filter(Opened::isOpen).toList();
    }
}
