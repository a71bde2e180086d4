package io.tenantdatasource.it;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.largeobject.LargeObjectManager;

/** A way to the server, named as in the table of {@code docs/binding.md}. */
enum Path {
    PREPARED_QUERY("prepared SELECT") {
        @Override
        void go(Connection connection) throws SQLException {
            try (PreparedStatement select = connection.prepareStatement("select text from note where id = ?")) {
                select.setInt(1, 1);
                select.executeQuery().close();
            }
        }
    },
    PREPARED_UPDATE("prepared INSERT, UPDATE, DELETE, MERGE") {
        @Override
        void go(Connection connection) throws SQLException {
            try (PreparedStatement update = connection.prepareStatement("update note set text = ? where id = 0")) {
                update.setString(1, "new");
                update.executeUpdate();
            }
        }
    },
    PARAMETER_WITHOUT_A_TYPE("prepared, with a parameter of no certain type (`setTimestamp`, `setNull`)") {
        @Override
        void go(Connection connection) throws SQLException {
            try (PreparedStatement select = connection.prepareStatement("select text from note where written > ?")) {
                select.setTimestamp(1, new Timestamp(0));
                select.executeQuery().close();
            }
        }
    },
    GENERATED_KEYS("prepared, with generated keys") {
        @Override
        void go(Connection connection) throws SQLException {
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into note (text) values (?)", Statement.RETURN_GENERATED_KEYS)) {
                insert.setString(1, "new");
                insert.executeUpdate();
                insert.getGeneratedKeys().close();
            }
        }
    },
    BATCH("batch of a prepared write, up to 200 entries") {
        @Override
        void go(Connection connection) throws SQLException {
            batch(connection, 200, Statement.NO_GENERATED_KEYS);
        }
    },
    LARGE_BATCH("batch of more entries") {
        @Override
        void go(Connection connection) throws SQLException {
            batch(connection, 201, Statement.NO_GENERATED_KEYS);
        }
    },
    BATCH_WITH_KEYS("batch with generated keys, or with RETURNING") {
        @Override
        void go(Connection connection) throws SQLException {
            batch(connection, 3, Statement.RETURN_GENERATED_KEYS);
        }
    },
    PLAIN("plain `Statement`") {
        @Override
        void go(Connection connection) throws SQLException {
            Sql.query(connection, "select 1");
        }
    },
    SEVERAL("several statements in one text") {
        @Override
        void go(Connection connection) throws SQLException {
            Sql.update(connection, "delete from note where id = 0; delete from note where id = 0");
        }
    },
    PLAIN_WITH_KEYS("plain `Statement`, with generated keys") {
        @Override
        void go(Connection connection) throws SQLException {
            try (Statement insert = connection.createStatement()) {
                insert.executeUpdate("insert into note (text) values ('new')", Statement.RETURN_GENERATED_KEYS);
            }
        }
    },
    PLAIN_BATCH("batch of a plain `Statement`") {
        @Override
        void go(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.addBatch("insert into note (text) values ('new')");
                statement.addBatch("delete from note where id = 0");
                statement.executeBatch();
            }
        }
    },
    CURSOR("cursor with a fetch size") {
        @Override
        void go(Connection connection) throws SQLException {
            try (PreparedStatement select = connection.prepareStatement("select generate_series(1, 10)")) {
                select.setFetchSize(3);
                try (ResultSet result = select.executeQuery()) {
                    while (result.next()) {
                        result.getInt(1);
                    }
                }
            }
        }
    },
    UPDATABLE_ROW("`updateRow`, `insertRow`, `deleteRow` of a result set") {
        @Override
        void go(Connection connection) throws SQLException {
            try (PreparedStatement select = connection.prepareStatement(
                            "select id, text from note where id = 1",
                            ResultSet.TYPE_SCROLL_INSENSITIVE,
                            ResultSet.CONCUR_UPDATABLE);
                    ResultSet result = select.executeQuery()) {
                result.next();
                result.updateString(2, "new");
                result.updateRow();
            }
        }
    },
    METADATA("`DatabaseMetaData`, what asks the server") {
        @Override
        void go(Connection connection) throws SQLException {
            connection.getMetaData().getTables(null, null, "note", null).close();
        }
    },
    FUNCTION("`CallableStatement`") {
        @Override
        void go(Connection connection) throws SQLException {
            try (CallableStatement call = connection.prepareCall("{ ? = call upper('a') }")) {
                call.registerOutParameter(1, Types.VARCHAR);
                call.execute();
            }
        }
    },
    CALL("CALL, DO") {
        @Override
        void go(Connection connection) throws SQLException {
            Sql.execute(connection, "do $$ begin perform 1; end $$");
        }
    },
    OWN_FUNCTION("SELECT that calls a function of yours") {
        @Override
        void go(Connection connection) throws SQLException {
            Sql.query(connection, "select own_function()");
        }
    },
    CONTROL("BEGIN, SAVEPOINT, ROLLBACK and the like, by text") {
        @Override
        void go(Connection connection) throws SQLException {
            Sql.execute(connection, "begin");
            Sql.execute(connection, "savepoint a");
            Sql.execute(connection, "rollback");
        }
    },
    OTHER("SET, LOCK, LISTEN, CREATE and all other texts") {
        @Override
        void go(Connection connection) throws SQLException {
            Sql.execute(connection, "set statement_timeout = 0");
        }
    },
    OUTSIDE_OF_TRANSACTIONS("VACUUM and others that no transaction block takes") {
        @Override
        void go(Connection connection) throws SQLException {
            Sql.execute(connection, "vacuum note");
        }
    },
    LARGE_OBJECT("large objects, by `unwrap`") {
        @Override
        void go(Connection connection) throws SQLException {
            LargeObjectManager objects = connection.unwrap(PGConnection.class).getLargeObjectAPI();
            objects.delete(objects.createLO());
        }
    },
    COPY("COPY, by `unwrap`") {
        @Override
        void go(Connection connection) throws SQLException {
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            copy.copyIn("copy note (text) from stdin").endCopy();
        }
    };

    private final String label;

    Path(String label) {
        this.label = label;
    }

    abstract void go(Connection connection) throws SQLException;

    String label() {
        return label;
    }

    private static void batch(Connection connection, int size, int keys) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into note (text) values (?)", keys)) {
            for (int i = 0; i < size; i++) {
                insert.setString(1, "new");
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
