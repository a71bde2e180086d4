package io.tenantdatasource.internal.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.Arrays;
import java.util.List;

/** Which objects need a guard, and who has one. */
final class Wall {

    /** The types that lead back to the connection, or use it later; the more specific ones stand first. */
    private static final List<Class<?>> GUARDED_TYPES = List.of(
            ResultSet.class,
            CallableStatement.class,
            PreparedStatement.class,
            Statement.class,
            DatabaseMetaData.class,
            ResultSetMetaData.class,
            ParameterMetaData.class,
            Array.class,
            Blob.class,
            NClob.class,
            Clob.class,
            SQLXML.class,
            Connection.class);

    private static final boolean RESULT_SETS_ARE_KNOWN = implementsAll(GuardedResultSet.class, ResultSet.class);

    private Wall() {}

    static List<Class<?>> guardedTypes() {
        return GUARDED_TYPES;
    }

    /** Whether an object that is declared as {@code type} can lead back to the connection. */
    static boolean mayNeedGuard(Class<?> type) {
        return GUARDED_TYPES.stream()
                .anyMatch(guarded -> guarded.isAssignableFrom(type) || type.isAssignableFrom(guarded));
    }

    /**
     * Whether a class has a method of its own for each method of an interface. A default method that a later JDK adds
     * would run on the class itself, and never reach the driver.
     */
    static boolean implementsAll(Class<?> implementation, Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .allMatch(method -> declares(implementation, method));
    }

    private static boolean declares(Class<?> implementation, Method method) {
        return Arrays.stream(implementation.getDeclaredMethods())
                .anyMatch(own -> own.getName().equals(method.getName())
                        && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
    }

    /** Returns {@code value} if it cannot lead to the connection, and else what stands before it. */
    static Object guard(Object value, Guard origin, GuardedConnection connection) {
        if (value instanceof Connection) {
            return connection.proxy();
        }
        if (origin != null && origin.origin() != null && origin.origin().guards(value)) {
            return origin.origin().proxy();
        }
        if (RESULT_SETS_ARE_KNOWN && value instanceof ResultSet resultSet) {
            return new GuardedResultSet(resultSet, origin, connection);
        }
        for (Class<?> type : GUARDED_TYPES) {
            if (type.isInstance(value)) {
                return new JdbcProxy(value, type, origin, connection).proxy();
            }
        }
        return value;
    }

    static Object[] withoutGuards(Object[] args) {
        Object[] plain = args.clone();
        for (int i = 0; i < plain.length; i++) {
            plain[i] = withoutGuard(plain[i]);
        }
        return plain;
    }

    /** Returns the driver's own object: drivers look for their classes among the arguments, pgjdbc for its PgArray. */
    static Object withoutGuard(Object value) {
        Guard guard = guardOf(value);
        return guard == null ? value : guard.guarded();
    }

    private static Guard guardOf(Object value) {
        if (value instanceof Guard guard) {
            return guard;
        }
        InvocationHandler handler =
                value != null && Proxy.isProxyClass(value.getClass()) ? Proxy.getInvocationHandler(value) : null;
        return handler instanceof Guard guard ? guard : null;
    }

    /** Two guards before the same object of the driver are equal. */
    static boolean isSame(Object guarded, Object other) {
        Guard guard = guardOf(other);
        return guard != null && guard.guarded() == guarded;
    }

    static boolean isWrapperFor(Object proxy, Wrapper guarded, Class<?> type) throws SQLException {
        return type.isInstance(proxy) || type.isInstance(guarded) || guarded.isWrapperFor(type);
    }
}
