package io.tenantdatasource.benchmarks.policies;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A user, whose organization asks, and one of their sessions' tokens. */
record Sample(String organization, String user, String token) {

    /** Of an organization that does not exist; a query that names it finds what one without a tenant may find: nothing. */
    static final Sample NOBODY = new Sample("00000000-0000-0000-0000-000000000000", "", "");

    static Sample ofUser(Connection connection, int number) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(Sql.read("sample.sql"))) {
            statement.setInt(1, number);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return new Sample(result.getString(1), result.getString(2), result.getString(3));
            }
        }
    }
}
