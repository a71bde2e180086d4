package io.tenantdatasource.it.pooler;

import static java.sql.Statement.RETURN_GENERATED_KEYS;

import io.tenantdatasource.Tenant;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** Who reads and writes notes for one organization on one connection, and tells what was seen. */
final class Author {

    private static final String INSERT = "insert into note (meant) values (?)";

    private final Connection connection;
    private final Tenant tenant;
    private final Sightings sightings;

    Author(Connection connection, Tenant tenant, Sightings sightings) {
        this.connection = connection;
        this.tenant = tenant;
        this.sightings = sightings;
    }

    Connection connection() {
        return connection;
    }

    void look() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select organization from note")) {
            saw(result);
        }
    }

    void lookPrepared() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select organization from note where id > ?")) {
            statement.setLong(1, 0);
            try (ResultSet result = statement.executeQuery()) {
                saw(result);
            }
        }
    }

    void lookThroughACursor() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select organization from note order by id")) {
            statement.setFetchSize(1);
            statement.setMaxRows(3);
            try (ResultSet result = statement.executeQuery()) {
                saw(result);
            }
        }
    }

    void ask() throws SQLException {
        try (CallableStatement call = connection.prepareCall("{? = call organization()}")) {
            call.registerOutParameter(1, java.sql.Types.OTHER);
            call.execute();
            sightings.saw(String.valueOf(call.getObject(1)), tenant);
        }
    }

    private void saw(ResultSet result) throws SQLException {
        boolean any = false;
        while (result.next()) {
            any = true;
            sightings.saw(result.getString(1), tenant);
        }
        if (!any) {
            sightings.sawNothing();
        }
    }

    void write() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setObject(1, me());
            insert.executeUpdate();
        }
    }

    void writeAsText() throws SQLException {
        try (Statement insert = connection.createStatement()) {
            insert.executeUpdate("insert into note (meant) values ('" + me() + "')");
        }
    }

    void writeForAKey() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT, RETURN_GENERATED_KEYS)) {
            insert.setObject(1, me());
            insert.executeUpdate();
            try (ResultSet key = insert.getGeneratedKeys()) {
                if (!key.next() || key.getLong("id") == 0) {
                    throw new SQLException("no key was generated");
                }
            }
        }
    }

    void writeInABatch(int notes) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (int i = 0; i < notes; i++) {
                insert.setObject(1, me());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    void fail() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 1 / 0");
        } catch (SQLException e) {
            if (!e.getSQLState().equals("22012")) {
                throw e;
            }
        }
    }

    private UUID me() {
        return UUID.fromString(tenant.organizationId());
    }
}
