package io.tenantdatasource.benchmarks;

import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/** The ways to a connection that are compared. */
public enum Access {
    /** The pool alone, for no tenant: what the others are a ratio to. */
    RAW("raw pool"),
    /** What people write without this library: a setting of the session, built from text. */
    SET_RESET("SET/RESET by hand") {
        @Override
        int alone(Connection connection, Work work) throws SQLException {
            execute(connection, "SET app.organization_id = '" + ORGANIZATION_ID + "'");
            int result = work.on(connection);
            execute(connection, "RESET app.organization_id");
            return result;
        }

        @Override
        int inTransaction(Connection connection, Work work) throws SQLException {
            return alone(connection, bound -> committed(bound, work));
        }
    },
    /** What people write without this library: a setting of the transaction, which even one statement has to have. */
    SET_CONFIG("set_config by hand") {
        @Override
        int alone(Connection connection, Work work) throws SQLException {
            return inTransaction(connection, work);
        }

        @Override
        int inTransaction(Connection connection, Work work) throws SQLException {
            return committed(connection, transaction -> {
                setForTransaction(transaction);
                return work.on(transaction);
            });
        }
    },
    /**
     * One setting, written into each statement with nothing in between: no way that tells the server in the same round trip
     * can cost less, and none proves less. Where pgjdbc has no such way, as {@link #SET_CONFIG}.
     */
    ONE_STRING("one string by hand") {
        @Override
        PreparedStatement prepareFirst(Connection connection, String sql) throws SQLException {
            PreparedStatement statement = connection.prepareStatement(
                    "select 1 where concat(set_config('app.organization_id',?,true))is null;" + sql);
            statement.setString(1, ORGANIZATION_ID);
            return statement;
        }

        @Override
        int firstParameter() {
            return 2;
        }

        @Override
        ResultSet query(PreparedStatement first) throws SQLException {
            first.execute();
            first.getMoreResults();
            return first.getResultSet();
        }

        @Override
        int insert(Connection connection, String sql, int amount) throws SQLException {
            return insertReturning(connection, sql, amount);
        }

        @Override
        int batch(Connection connection, Work work) throws SQLException {
            return SET_CONFIG.alone(connection, work);
        }
    },
    /**
     * What {@link TenantBinding#TRANSACTION} does, as one string: a block of its own, which first looks whether the session
     * is as it was at connect. No way that proves as much in the same round trip can cost less.
     */
    VERIFIED_STRING("verified string by hand") {
        @Override
        PreparedStatement prepareFirst(Connection connection, String sql) throws SQLException {
            String user = connection.getMetaData().getUserName();
            String telling = "select 1 where case when concat(current_user,'-',session_user,'-',"
                    + "current_setting('app.organization_id',true))='" + user + "-" + user + "-' "
                    + "then set_config('app.organization_id',?,true)is null "
                    + "else current_setting('of.somebody.else')is null end;";
            PreparedStatement statement = connection.prepareStatement(
                    connection.getAutoCommit() ? "begin;" + telling + sql + ";commit" : telling + sql);
            statement.setString(1, ORGANIZATION_ID);
            return statement;
        }

        @Override
        int firstParameter() {
            return ONE_STRING.firstParameter();
        }

        @Override
        ResultSet query(PreparedStatement first) throws SQLException {
            if (!first.execute()) {
                first.getMoreResults();
            }
            first.getMoreResults();
            return first.getResultSet();
        }

        @Override
        int insert(Connection connection, String sql, int amount) throws SQLException {
            return insertReturning(connection, sql, amount);
        }

        @Override
        int batch(Connection connection, Work work) throws SQLException {
            return SET_CONFIG.alone(connection, work);
        }
    },
    /** {@link TenantBinding#CHECKOUT}. */
    CHECKOUT("CHECKOUT") {
        @Override
        DataSource over(DataSource pool) {
            return bound(pool, TenantBinding.CHECKOUT);
        }
    },
    /** {@link TenantBinding#TRANSACTION}. */
    TRANSACTION("TRANSACTION") {
        @Override
        DataSource over(DataSource pool) {
            return bound(pool, TenantBinding.TRANSACTION);
        }
    };

    /** What an application does with a connection. */
    interface Work {
        int on(Connection connection) throws SQLException;
    }

    /** All but the raw pool. */
    static final List<Access> BOUND =
            List.of(SET_RESET, SET_CONFIG, ONE_STRING, VERIFIED_STRING, CHECKOUT, TRANSACTION);

    static final String ORGANIZATION_ID = "11111111-1111-1111-1111-111111111111";

    private final String label;

    Access(String label) {
        this.label = label;
    }

    /** What people call it. */
    String label() {
        return label;
    }

    /** Puts this between the pool and the code that is measured. */
    DataSource over(DataSource pool) {
        return pool;
    }

    /** Does work of one statement, for which an application needs no transaction. */
    int alone(Connection connection, Work work) throws SQLException {
        return work.on(connection);
    }

    /** Does work in one transaction. */
    int inTransaction(Connection connection, Work work) throws SQLException {
        return committed(connection, work);
    }

    /** Prepares the first statement of a transaction. */
    PreparedStatement prepareFirst(Connection connection, String sql) throws SQLException {
        return connection.prepareStatement(sql);
    }

    /** The index of that statement's first parameter. */
    int firstParameter() {
        return 1;
    }

    /** Runs that statement. */
    ResultSet query(PreparedStatement first) throws SQLException {
        return first.executeQuery();
    }

    /** Inserts in a transaction of its own, and returns the generated key. */
    int insert(Connection connection, String sql, int amount) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
            insert.setInt(1, amount);
            insert.executeUpdate();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                return keyOf(keys);
            }
        }
    }

    /** The same where the text is put together by hand, to which pgjdbc adds nothing. */
    int insertReturning(Connection connection, String sql, int amount) throws SQLException {
        try (PreparedStatement insert = prepareFirst(connection, sql + " returning *")) {
            insert.setInt(firstParameter(), amount);
            try (ResultSet keys = query(insert)) {
                return keyOf(keys);
            }
        }
    }

    /** Does work of one batch. */
    int batch(Connection connection, Work work) throws SQLException {
        return alone(connection, work);
    }

    private static int keyOf(ResultSet keys) throws SQLException {
        keys.next();
        return keys.getInt("id");
    }

    private static int committed(Connection connection, Work work) throws SQLException {
        connection.setAutoCommit(false);
        int result = work.on(connection);
        connection.commit();
        connection.setAutoCommit(true);
        return result;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void setForTransaction(Connection connection) throws SQLException {
        try (PreparedStatement set = connection.prepareStatement("select set_config('app.organization_id', ?, true)")) {
            set.setString(1, ORGANIZATION_ID);
            set.execute();
        }
    }

    private static DataSource bound(DataSource pool, TenantBinding binding) {
        return TenantDataSource.builder(pool).binding(binding).build();
    }
}
