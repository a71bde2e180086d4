package io.tenantdatasource.it.program;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;

/** A parameter's value, by the ways in which one is set: each makes the driver send another type. */
enum Value {
    INT {
        @Override
        void set(PreparedStatement statement, int index) throws SQLException {
            statement.setInt(index, 1);
        }
    },
    LONG {
        @Override
        void set(PreparedStatement statement, int index) throws SQLException {
            statement.setLong(index, 2);
        }
    },
    DECIMAL {
        @Override
        void set(PreparedStatement statement, int index) throws SQLException {
            statement.setBigDecimal(index, BigDecimal.ONE);
        }
    },
    STRING {
        @Override
        void set(PreparedStatement statement, int index) throws SQLException {
            statement.setString(index, "v");
        }
    },
    DIGITS {
        @Override
        void set(PreparedStatement statement, int index) throws SQLException {
            statement.setString(index, "1");
        }
    },
    UNTYPED {
        @Override
        void set(PreparedStatement statement, int index) throws SQLException {
            statement.setObject(index, "1", Types.OTHER);
        }
    },
    NULL_INT {
        @Override
        void set(PreparedStatement statement, int index) throws SQLException {
            statement.setNull(index, Types.INTEGER);
        }
    },
    NULL_TEXT {
        @Override
        void set(PreparedStatement statement, int index) throws SQLException {
            statement.setNull(index, Types.VARCHAR);
        }
    },
    NULL {
        @Override
        void set(PreparedStatement statement, int index) throws SQLException {
            statement.setNull(index, Types.NULL);
        }
    };

    abstract void set(PreparedStatement statement, int index) throws SQLException;
}
