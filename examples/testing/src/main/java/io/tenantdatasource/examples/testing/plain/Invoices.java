package io.tenantdatasource.examples.testing.plain;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** What is to be tested: it names no organization, since the database asks for it. */
public final class Invoices {

    private final DataSource dataSource;

    /**
     * Creates it.
     *
     * @param dataSource binds its connections to a tenant
     */
    public Invoices(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Adds one.
     *
     * @param title what it is for
     * @throws SQLException if it cannot be added
     */
    public void add(String title) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into invoices (title) values (?)")) {
            insert.setString(1, title);
            insert.executeUpdate();
        }
    }

    /**
     * Returns what they are for.
     *
     * @return the titles, in order
     * @throws SQLException if they cannot be read
     */
    public List<String> titles() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = connection.prepareStatement("select title from invoices order by title");
                ResultSet result = select.executeQuery()) {
            List<String> titles = new ArrayList<>();
            while (result.next()) {
                titles.add(result.getString(1));
            }
            return titles;
        }
    }
}
