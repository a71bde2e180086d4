package io.tenantdatasource.it.conformance;

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
import java.util.Optional;
import javax.sql.DataSource;

/** What people write around a pool. */
final class ByHand {

    private ByHand() {}

    /** Checks a connection out of a pool. */
    interface Checkout {
        Connection from(DataSource pool) throws SQLException;
    }

    /** Gives a connection back. */
    interface Return {
        void run() throws SQLException;
    }

    static DataSource checkingOut(DataSource pool, Checkout checkout) {
        return proxy(
                DataSource.class,
                (proxy, method, arguments) ->
                        method.getName().equals("getConnection") ? checkout.from(pool) : call(pool, method, arguments));
    }

    /** A connection that is given back in another way; a second {@code close()} does nothing. */
    static Connection givenBack(Connection connection, Return close) {
        boolean[] closed = new boolean[1];
        return proxy(Connection.class, (proxy, method, arguments) -> {
            if (!method.getName().equals("close")) {
                return call(connection, method, arguments);
            }
            if (!closed[0]) {
                closed[0] = true;
                close.run();
            }
            return null;
        });
    }

    static Optional<String> tenant() {
        return TenantContext.current().map(Tenant::organizationId);
    }

    static String literal(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static void setConfig(Connection connection, String tenant, boolean local) throws SQLException {
        try (PreparedStatement set = connection.prepareStatement("select set_config('app.organization_id', ?, ?)")) {
            set.setString(1, tenant);
            set.setBoolean(2, local);
            set.execute();
        }
    }

    static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
