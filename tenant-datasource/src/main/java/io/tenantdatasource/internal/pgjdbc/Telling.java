package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.binding.CheckedConnection;
import io.tenantdatasource.internal.binding.SessionRole;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Tells the server the tenant of one checkout, in a round trip, and requires the answer that proves it. */
final class Telling {

    private static final String SET_LOCAL = "set local ";

    private final CheckedConnection checked;
    private final LocalSettings settings;
    private final ExpectedSession expected;
    private final Map<Form, String> literals = new EnumMap<>(Form.class);

    Telling(CheckedConnection checked, LocalSettings settings, ExpectedSession expected) {
        this.checked = checked;
        this.settings = settings;
        this.expected = expected;
    }

    private Connection physical() {
        return checked.physical();
    }

    LocalSettings settings() {
        return settings;
    }

    List<String> values() {
        return checked.values();
    }

    /** What tells in one of the forms, for a statement without parameters. */
    String literal(Form form) {
        return literals.computeIfAbsent(form, f -> settings.telling(f, values()));
    }

    /** Tells the open block, or the one that the driver begins. */
    void block(Form form) throws SQLException {
        try (PreparedStatement statement = physical().prepareStatement(settings.telling(form))) {
            LocalSettings.setLocal(statement, values());
            statement.execute();
        }
    }

    /** The same by SHOW and SET, which take no snapshot: LOCK and SET TRANSACTION may still come first. */
    void blockWithoutSnapshot(boolean looks) throws SQLException {
        if (looks) {
            looking(List.of(), localWithoutSnapshot());
        } else {
            execute(String.join(";", localWithoutSnapshot()));
        }
    }

    /** Begins a block, which keeps a pooler's session to the end of the next string, and looks at that. */
    void holdSession() throws SQLException {
        looking(List.of("begin"), List.of());
    }

    private void looking(List<String> before, List<String> after) throws SQLException {
        List<String> statements = new ArrayList<>(before);
        statements.addAll(checked.settings().lookingWithoutSnapshot());
        statements.addAll(after);
        try (Statement statement = physical().createStatement()) {
            boolean isResultSet = statement.execute(String.join(";", statements));
            while (!isResultSet && statement.getUpdateCount() != -1) {
                isResultSet = statement.getMoreResults();
            }
            String role = shown(statement);
            statement.getMoreResults();
            expected.require(new SessionRole(role, shown(statement)));
        }
    }

    private static String shown(Statement statement) throws SQLException {
        try (ResultSet result = statement.getResultSet()) {
            result.next();
            return result.getString(1);
        }
    }

    /** The statements that tell a block which was looked at. */
    List<String> localWithoutSnapshot() {
        return checked.settings().withoutSnapshot(values(), SET_LOCAL);
    }

    /**
     * Tells the session.
     *
     * @param process of the driver's session
     * @param looks whether it has to be found to work as who it has to
     */
    void session(int process, boolean looks) throws SQLException {
        try (PreparedStatement statement = physical().prepareStatement(settings.forSession())) {
            LocalSettings.setForSession(statement, values(), process);
            try (ResultSet told = statement.executeQuery()) {
                told.next();
                if (told.getInt(1) != process) {
                    throw new UnprovenException(
                            "The session is another than that of the connection, as behind a pooler");
                }
                if (looks) { // a role that this checkout sets from now on is its own
                    SessionRole.read(told, 2 + settings.count()).require(checked);
                }
            }
        }
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = physical().createStatement()) {
            statement.execute(sql);
        }
    }
}
