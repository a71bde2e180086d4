package io.tenantdatasource.it.policy;

import io.tenantdatasource.test.TestDatabase;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Connections whose server process is killed as soon as a number of statements have been run on them. */
final class KilledConnections {

    private final TestDatabase database;
    private final DataSource delegate;
    private int statementsLeft;

    KilledConnections(TestDatabase database, DataSource delegate, int statements) {
        this.database = database;
        this.delegate = delegate;
        this.statementsLeft = statements;
    }

    DataSource dataSource() {
        return proxy(DataSource.class, (proxy, method, arguments) -> {
            Object result = invoke(delegate, method, arguments);
            return result instanceof Connection connection ? connection(connection) : result;
        });
    }

    private Connection connection(Connection connection) {
        return proxy(Connection.class, (proxy, method, arguments) -> {
            Object result = invoke(connection, method, arguments);
            return result instanceof Statement statement ? statement(connection, statement) : result;
        });
    }

    private Statement statement(Connection connection, Statement statement) {
        return proxy(Statement.class, (proxy, method, arguments) -> {
            if (method.getName().startsWith("execute") && statementsLeft-- == 0) {
                kill(connection);
            }
            return invoke(statement, method, arguments);
        });
    }

    private void kill(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var pid = statement.executeQuery("select pg_backend_pid()")) {
            pid.next();
            database.execute("select pg_terminate_backend(" + pid.getInt(1) + ", 10000)");
        }
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
