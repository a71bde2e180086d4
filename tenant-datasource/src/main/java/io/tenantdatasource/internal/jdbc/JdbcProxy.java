package io.tenantdatasource.internal.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Stands before one JDBC object of the pool. What it forwards keeps the driver's results and exceptions as they are;
 * what it returns stands behind the wall too.
 *
 * <p>A dynamic proxy, so that no method of a later JDK is missing: {@code docs/decisions/0002-dynamic-proxies.md}.
 */
final class JdbcProxy implements InvocationHandler {

    /** The types that lead back to the connection; a statement's most specific type stands first. */
    private static final List<Class<?>> GUARDED_TYPES = List.of(
            ResultSet.class,
            CallableStatement.class,
            PreparedStatement.class,
            Statement.class,
            DatabaseMetaData.class,
            Array.class);

    private final Object delegate;
    private final GuardedConnection connection;

    /** The object that this one was got from, so that {@code getStatement()} finds it again; null: the connection. */
    private final JdbcProxy origin;

    private final Object self;

    private JdbcProxy(Object delegate, Class<?> type, JdbcProxy origin, GuardedConnection connection) {
        this.delegate = delegate;
        this.connection = connection;
        this.origin = origin;
        this.self = newProxy(type, this);
    }

    /** Returns {@code value} if it cannot lead to the connection, and else what stands before it. */
    static Object guard(Object value, JdbcProxy origin, GuardedConnection connection) {
        if (value instanceof Connection) {
            return connection.proxy();
        }
        if (origin != null && origin.origin != null && value == origin.origin.delegate) {
            return origin.origin.self;
        }
        for (Class<?> type : GUARDED_TYPES) {
            if (type.isInstance(value)) {
                return new JdbcProxy(value, type, origin, connection).self;
            }
        }
        return value;
    }

    static Object newProxy(Class<?> type, InvocationHandler handler) {
        return Proxy.newProxyInstance(JdbcProxy.class.getClassLoader(), new Class<?>[] {type}, handler);
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
        JdbcCall call = JdbcCall.of(method);
        return switch (call.kind()) {
            case EQUALS -> isSame(delegate, args[0]);
            case HASH_CODE -> System.identityHashCode(delegate);
            case CLOSE, TO_STRING, ALWAYS_FORWARD -> forward(delegate, method, args);
            case IS_CLOSED -> connection.isClosed() || (Boolean) forward(delegate, method, args);
            case UNWRAP -> {
                connection.requireOpen(method);
                yield unwrap(proxy, (Wrapper) delegate, (Class<?>) args[0]);
            }
            case IS_WRAPPER_FOR -> {
                connection.requireOpen(method);
                yield isWrapperFor(proxy, (Wrapper) delegate, (Class<?>) args[0]);
            }
            case RUN_STATEMENT -> {
                connection.requireOpen(method);
                connection.beforeStatement();
                yield forward(call, method, args);
            }
            case FORWARD, ABORT, IS_VALID -> {
                connection.requireOpen(method);
                yield forward(call, method, args);
            }
        };
    }

    private Object forward(JdbcCall call, Method method, Object[] args) throws Throwable {
        Object result = forward(delegate, method, call.mayTakeJdbcObject() ? withoutGuards(args) : args);
        return call.mayReturnJdbcObject() ? guard(result, this, connection) : result;
    }

    /** Calls the wrapped object; what it throws comes out as it is. */
    static Object forward(Object target, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Drivers look for their own classes among the arguments, pgjdbc for its {@code PgArray}. */
    private static Object[] withoutGuards(Object[] args) {
        Object[] plain = args;
        for (int i = 0; i < args.length; i++) {
            if (handlerOf(args[i]) instanceof JdbcProxy guarded) {
                plain = plain == args ? args.clone() : plain;
                plain[i] = guarded.delegate;
            }
        }
        return plain;
    }

    static InvocationHandler handlerOf(Object value) {
        return value != null && Proxy.isProxyClass(value.getClass()) ? Proxy.getInvocationHandler(value) : null;
    }

    private static boolean isSame(Object delegate, Object other) {
        return handlerOf(other) instanceof JdbcProxy proxy && proxy.delegate == delegate;
    }

    static Object unwrap(Object proxy, Wrapper delegate, Class<?> type) throws SQLException {
        if (type.isInstance(proxy)) {
            return proxy;
        }
        return type.isInstance(delegate) ? delegate : delegate.unwrap(type);
    }

    static boolean isWrapperFor(Object proxy, Wrapper delegate, Class<?> type) throws SQLException {
        return type.isInstance(proxy) || type.isInstance(delegate) || delegate.isWrapperFor(type);
    }

    /** The exception for a closed connection, of a class that {@code method} declares. */
    static SQLException closed(Method method) {
        String reason = "This connection has been closed and " + method.getName()
                + "() was not run: check out a connection from the data source again";
        return Arrays.asList(method.getExceptionTypes()).contains(SQLClientInfoException.class)
                ? new SQLClientInfoException(reason, "08003", Map.of())
                : new SQLException(reason, "08003");
    }
}
