package io.tenantdatasource.test;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.ds.PGSimpleDataSource;

/** The server that system properties name. */
final class OwnServer {

    private OwnServer() {}

    static PostgresServer connect(ServerSettings settings) {
        PGSimpleDataSource administrator = administrator(settings);
        requireSuperuser(administrator);
        return PostgresServer.thatOutlivesTheJvm(administrator);
    }

    private static PGSimpleDataSource administrator(ServerSettings settings) {
        PGSimpleDataSource administrator = new PGSimpleDataSource();
        settings.get(ServerSettings.URL).ifPresent(url -> setUrl(administrator, url));
        settings.get(ServerSettings.USER).ifPresent(administrator::setUser);
        settings.get(ServerSettings.PASSWORD).ifPresent(administrator::setPassword);
        return administrator;
    }

    /** The driver's own error would show the URL, in which a password may stand. */
    private static void setUrl(PGSimpleDataSource administrator, String url) {
        boolean understood;
        try {
            administrator.setURL(url);
            understood = true;
        } catch (IllegalArgumentException e) {
            understood = false;
        }
        if (!understood) {
            throw new IllegalStateException("-D" + ServerSettings.URL
                    + " is no URL of a PostgreSQL: write jdbc:postgresql://host:port/database");
        }
    }

    private static void requireSuperuser(PGSimpleDataSource administrator) {
        if (!isSuperuser(administrator)) {
            throw new IllegalStateException(name(administrator) + " was reached as " + administrator.getUser()
                    + ", who is no superuser, as whoever creates the databases of tests has to be: name one by -D"
                    + ServerSettings.USER + " and -D" + ServerSettings.PASSWORD);
        }
    }

    private static boolean isSuperuser(PGSimpleDataSource administrator) {
        try (Connection connection = administrator.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select current_setting('is_superuser')::boolean")) {
            result.next();
            return result.getBoolean(1);
        } catch (SQLException e) {
            throw new IllegalStateException(
                    name(administrator) + " could not be reached as " + administrator.getUser() + ": " + e.getMessage(),
                    e);
        }
    }

    private static String name(PGSimpleDataSource administrator) {
        return "The server that -D" + ServerSettings.URL + " names, "
                + administrator.getServerNames()[0] + ":" + administrator.getPortNumbers()[0] + ",";
    }
}
