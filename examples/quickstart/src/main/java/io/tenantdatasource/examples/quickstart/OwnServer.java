package io.tenantdatasource.examples.quickstart;

import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL that was there before, and stays. */
final class OwnServer implements Server {

    private static final int OLDEST_MAJOR = 15;

    private final PGSimpleDataSource administrator;
    private final Names names = Names.uniqueToThisRun();

    private OwnServer(PGSimpleDataSource administrator) {
        this.administrator = administrator;
    }

    /**
     * Names a server and connects to nothing.
     *
     * @throws IllegalArgumentException if the URL is none of PostgreSQL's
     */
    static OwnServer at(String url, String user, String password) {
        PGSimpleDataSource administrator = new PGSimpleDataSource();
        administrator.setURL(url);
        if (user != null) {
            administrator.setUser(user);
        }
        if (password != null) {
            administrator.setPassword(password);
        }
        return new OwnServer(administrator);
    }

    void requireUsable() throws QuickstartException, SQLException {
        try (Connection connection = connect()) {
            int major = connection.getMetaData().getDatabaseMajorVersion();
            if (major < OLDEST_MAJOR) {
                throw new QuickstartException(
                        "That server is PostgreSQL " + major + "; this needs " + OLDEST_MAJOR + " or later.");
            }
            requireRights(connection);
        }
    }

    private Connection connect() throws QuickstartException {
        try {
            return administrator.getConnection();
        } catch (SQLException e) {
            throw new QuickstartException("Could not connect to " + description() + ": " + reason(e), e);
        }
    }

    private static String reason(SQLException failure) {
        return failure.getCause() instanceof UnknownHostException ? "no such host." : Sentence.of(failure);
    }

    private static void requireRights(Connection connection) throws QuickstartException, SQLException {
        List<String> missing = missingRights(connection);
        if (!missing.isEmpty()) {
            throw new QuickstartException("The user " + connection.getMetaData().getUserName()
                    + " may not do what the demo needs: it lacks " + String.join(" and ", missing) + ".");
        }
    }

    private static List<String> missingRights(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(Sql.read("missing-rights.sql"))) {
            List<String> missing = new ArrayList<>();
            while (result.next()) {
                missing.add(result.getString(1));
            }
            return missing;
        }
    }

    @Override
    public PGSimpleDataSource administrator() {
        PGSimpleDataSource copy = new PGSimpleDataSource();
        copy.setURL(administrator.getURL());
        copy.setUser(administrator.getUser());
        copy.setPassword(administrator.getPassword());
        return copy;
    }

    @Override
    public Names names() {
        return names;
    }

    /** The URL is not repeated: it may hold a password. */
    @Override
    public String description() {
        return "database " + administrator.getDatabaseName() + " at " + String.join(", ", addresses());
    }

    private List<String> addresses() {
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < administrator.getServerNames().length; i++) {
            addresses.add(
                    administrator.getServerNames()[i] + ':' + administrator.getPortNumbers()[i]);
        }
        return addresses;
    }

    @Override
    public boolean outlivesTheRun() {
        return true;
    }

    /** There is nothing to stop. */
    @Override
    public void close() {}
}
