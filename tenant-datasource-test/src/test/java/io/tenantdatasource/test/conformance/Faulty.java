package io.tenantdatasource.test.conformance;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/** Wrappers, each of which is wrong in its own way. */
enum Faulty implements UnaryOperator<DataSource> {
    DOES_NOTHING {
        @Override
        Connection bind(Connection connection) {
            return connection;
        }
    },
    FORGETS_THE_RESET {
        @Override
        Connection bind(Connection connection) throws SQLException {
            tell(connection);
            return connection;
        }

        /** Like one that takes "no tenant" for nothing to do. */
        private void tell(Connection connection) throws SQLException {
            if (TenantContext.current().isPresent()) {
                set(connection, tenant());
            }
        }
    },
    SWALLOWS_ERRORS_OF_BINDING {
        @Override
        Connection bind(Connection connection) {
            try {
                set(connection, tenant());
            } catch (SQLException e) {
                return resetting(connection);
            }
            return resetting(connection);
        }
    },
    SWALLOWS_ERRORS_OF_RESETTING {
        @Override
        Connection bind(Connection connection) throws SQLException {
            set(connection, tenant());
            return closing(connection, () -> {
                try {
                    set(connection, "");
                } catch (SQLException e) {
                    connection.close();
                    return;
                }
                connection.close();
            });
        }
    },
    LEAKS_CONNECTIONS_THAT_FAIL {
        @Override
        Connection bind(Connection connection) throws SQLException {
            set(connection, tenant());
            return resetting(connection);
        }
    },
    CONCATENATES {
        @Override
        Connection bind(Connection connection) throws SQLException {
            Sql.execute(connection, "set app.organization_id = '" + tenant() + "'");
            return resetting(connection);
        }
    },
    BINDS_IN_A_TRANSACTION {
        @Override
        Connection bind(Connection connection) throws SQLException {
            connection.setAutoCommit(false);
            Sql.execute(connection, "do $$ begin raise warning 'bound'; end $$");
            set(connection, tenant());
            return resetting(connection);
        }
    },
    PUTS_IT_BEFORE_EACH_TEXT {
        @Override
        Connection bind(Connection connection) {
            String before = "select set_config('app.organization_id', '" + tenant() + "', true); ";
            return proxy(Connection.class, (proxy, method, arguments) -> {
                if (method.getName().equals("prepareStatement")) {
                    arguments[0] = before + arguments[0];
                }
                Object result = call(connection, method, arguments);
                return method.getName().equals("createStatement")
                        ? proxy(Statement.class, (p, m, a) -> {
                            if (m.getName().startsWith("execute") && a != null) {
                                a[0] = "do 'begin raise warning ''bound''; end'; " + before + a[0];
                            }
                            return call(result, m, a);
                        })
                        : result;
            });
        }
    },
    GOES_ON_AFTER_CLOSE {
        @Override
        Connection bind(Connection connection) throws SQLException {
            Connection drivers = (Connection) connection.unwrap(PGConnection.class);
            set(drivers, tenant());
            return closing(drivers, connection::close);
        }
    };

    abstract Connection bind(Connection connection) throws SQLException;

    @Override
    public DataSource apply(DataSource pool) {
        return proxy(
                DataSource.class,
                (proxy, method, arguments) -> method.getName().equals("getConnection")
                        ? bind(pool.getConnection())
                        : call(pool, method, arguments));
    }

    private static String tenant() {
        return TenantContext.current().map(Tenant::organizationId).orElse("");
    }

    private static void set(Connection connection, String tenant) throws SQLException {
        try (PreparedStatement set =
                connection.prepareStatement("select set_config('app.organization_id', ?, false)")) {
            set.setString(1, tenant);
            set.execute();
        }
    }

    private interface Close {
        void run() throws SQLException;
    }

    /** Resets and closes; a connection whose reset fails stays where it is. */
    private static Connection resetting(Connection connection) {
        return closing(connection, () -> {
            set(connection, "");
            connection.close();
        });
    }

    private static Connection closing(Connection connection, Close close) {
        return proxy(Connection.class, (proxy, method, arguments) -> {
            if (method.getName().equals("close")) {
                close.run();
                return null;
            }
            return call(connection, method, arguments);
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
