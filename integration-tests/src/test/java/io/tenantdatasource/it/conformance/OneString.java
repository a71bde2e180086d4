package io.tenantdatasource.it.conformance;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;

/**
 * Writes the tenant into each text, before the application's statement, which is one round trip and one transaction: so the
 * setting is local to it. What has no place for that in pgjdbc, such as a batch, is refused.
 */
final class OneString {

    private OneString() {}

    static Connection of(Connection connection) {
        return ByHand.proxy(Connection.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "createStatement" -> plain((Connection) proxy, connection.createStatement(), arguments);
            case "prepareStatement" -> prepared((Connection) proxy, connection, arguments);
            case "prepareCall" -> throw refused(method);
            default -> ByHand.call(connection, method, arguments);
        });
    }

    private static String tell(String tenant) {
        return "select 1 where concat(set_config('app.organization_id'," + tenant + ",true))is null;";
    }

    private static String tenant() {
        return ByHand.tenant().orElse("");
    }

    private static Statement plain(Connection connection, Statement statement, Object[] arguments) throws SQLException {
        refuseMore(arguments, 0);
        return ByHand.proxy(Statement.class, (proxy, method, parameters) -> switch (method.getName()) {
            case "getConnection" -> connection;
            case "execute", "executeQuery", "executeUpdate" -> {
                refuseMore(parameters, 1);
                statement.execute(tell(ByHand.literal(tenant())) + parameters[0]);
                yield ownResult(statement, method);
            }
            case "addBatch", "executeBatch" -> throw refused(method);
            default -> ByHand.call(statement, method, parameters);
        });
    }

    private static PreparedStatement prepared(Connection proxy, Connection connection, Object[] arguments)
            throws SQLException {
        refuseMore(arguments, 1);
        PreparedStatement statement = connection.prepareStatement(tell("?") + arguments[0]);
        InvocationHandler handler = (self, method, parameters) -> switch (method.getName()) {
            case "getConnection" -> proxy;
            case "execute", "executeQuery", "executeUpdate" -> {
                statement.setString(1, tenant());
                statement.execute();
                yield ownResult(statement, method);
            }
            case "addBatch", "executeBatch" -> throw refused(method);
            default -> ByHand.call(statement, method, afterTheTenant(method, parameters));
        };
        return ByHand.proxy(PreparedStatement.class, handler);
    }

    private static Object[] afterTheTenant(Method method, Object[] parameters) {
        if (method.getDeclaringClass() == PreparedStatement.class
                && method.getName().startsWith("set")) {
            parameters[0] = (Integer) parameters[0] + 1;
        }
        return parameters;
    }

    private static Object ownResult(Statement statement, Method method) throws SQLException {
        boolean rows = statement.getMoreResults();
        return switch (method.getName()) {
            case "executeQuery" -> statement.getResultSet();
            case "executeUpdate" -> statement.getUpdateCount();
            default -> rows;
        };
    }

    private static void refuseMore(Object[] arguments, int number) throws SQLException {
        if (arguments != null && arguments.length > number) {
            throw new SQLFeatureNotSupportedException("Only the plain forms can carry the tenant");
        }
    }

    private static SQLException refused(Method method) {
        return new SQLFeatureNotSupportedException(method.getName() + " cannot carry the tenant");
    }
}
