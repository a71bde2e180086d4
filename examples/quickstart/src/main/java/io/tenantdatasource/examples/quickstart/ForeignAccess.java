package io.tenantdatasource.examples.quickstart;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What code that works for one organization gets hold of with a session of another one. Changes are rolled back. */
final class ForeignAccess {

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final UserSession foreign;

    ForeignAccess(UserSession foreign) {
        this.foreign = foreign;
    }

    Outcome attempt(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            Outcome outcome = new Outcome(
                    countSessions(connection),
                    lookUp(connection),
                    deleteSession(connection),
                    refusalOfInsert(connection));
            connection.rollback();
            return outcome;
        }
    }

    private static long countSessions(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(Sql.read("count-sessions.sql"))) {
            result.next();
            return result.getLong(1);
        }
    }

    private Optional<Visitor> lookUp(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(Sql.read("session-by-token.sql"))) {
            statement.setString(1, foreign.token().value());
            try (ResultSet result = statement.executeQuery()) {
                return result.next()
                        ? Optional.of(new Visitor(result.getString("name"), result.getString("ip_address")))
                        : Optional.empty();
            }
        }
    }

    private int deleteSession(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(Sql.read("delete-session.sql"))) {
            statement.setObject(1, foreign.id());
            return statement.executeUpdate();
        }
    }

    /** Returns what the server says to it, or nothing if it takes the row. */
    private Optional<String> refusalOfInsert(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(Sql.read("insert-session.sql"))) {
            statement.setObject(1, UUID.randomUUID());
            statement.setString(2, UUID.randomUUID().toString());
            statement.setObject(3, foreign.userId());
            statement.executeUpdate();
            return Optional.empty();
        } catch (PSQLException e) {
            if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                throw e;
            }
            return Optional.of(withoutSeverity(e));
        }
    }

    private static String withoutSeverity(PSQLException refusal) {
        ServerErrorMessage message = refusal.getServerErrorMessage();
        return message == null ? Sentence.of(refusal) : message.getMessage();
    }

    /** Whose session a token opened. */
    record Visitor(String name, String ipAddress) {}

    /** What came of the four queries. */
    record Outcome(long seen, Optional<Visitor> lookedUp, int deleted, Optional<String> insertRefused) {

        boolean staysAtHome(int ownSessions) {
            return seen == ownSessions && lookedUp.isEmpty() && deleted == 0 && insertRefused.isPresent();
        }
    }
}
