package io.tenantdatasource.it.cut;

import io.tenantdatasource.it.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;

/** What an application does with a connection while the wire is cut. Each writes notes, and reads for whom it runs. */
enum Work {
    AUTOCOMMIT {
        @Override
        void on(Connection connection, Progress progress) throws SQLException {
            progress.saw(Sql.query(connection, Sql.ORGANIZATION));
            insert(connection, "first");
            progress.committed("first");
        }
    },
    TRANSACTION {
        @Override
        void on(Connection connection, Progress progress) throws SQLException {
            connection.setAutoCommit(false);
            insert(connection, "second");
            progress.saw(Sql.query(connection, Sql.ORGANIZATION));
            connection.commit();
            progress.committed("second");
            connection.setAutoCommit(true);
        }
    },
    BATCH {
        @Override
        void on(Connection connection, Progress progress) throws SQLException {
            try (PreparedStatement insert = connection.prepareStatement("insert into note (text) values (?)")) {
                for (int i = 0; i < 3; i++) {
                    insert.setString(1, "third");
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            progress.saw(Sql.query(connection, Sql.ORGANIZATION));
            progress.committed("third");
        }
    },
    CURSOR {
        @Override
        void on(Connection connection, Progress progress) throws SQLException {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(2);
                try (ResultSet rows = statement.executeQuery(
                        "select current_setting('app.organization_id', true) from generate_series(1, 5)")) {
                    while (rows.next()) {
                        progress.saw(rows.getString(1));
                    }
                }
            }
            connection.rollback();
        }
    },
    UNWRAPPED {
        @Override
        void on(Connection connection, Progress progress) throws SQLException {
            Connection driver = (Connection) connection.unwrap(PGConnection.class);
            progress.saw(Sql.query(driver, Sql.ORGANIZATION));
            insert(driver, "fourth");
            progress.committed("fourth");
        }
    };

    /** What is told of it to who checks. */
    interface Progress {
        void saw(String organization);

        void committed(String note);
    }

    abstract void on(Connection connection, Progress progress) throws SQLException;

    private static void insert(Connection connection, String text) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into note (text) values (?)")) {
            insert.setString(1, text);
            insert.executeUpdate();
        }
    }
}
