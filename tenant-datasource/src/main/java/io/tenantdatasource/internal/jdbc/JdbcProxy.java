package io.tenantdatasource.internal.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Wrapper;

/**
 * Stands before one JDBC object of the pool. What it forwards keeps the driver's results and exceptions as they are;
 * what it returns stands behind the wall too.
 *
 * <p>A dynamic proxy, so that no method of a later JDK is missing: {@code docs/decisions/0002-dynamic-proxies.md}.
 */
final class JdbcProxy implements InvocationHandler, Guard {

    private final Object guarded;
    private final Guard origin;
    private final GuardedConnection connection;
    private final Object proxy;

    JdbcProxy(Object guarded, Class<?> type, Guard origin, GuardedConnection connection) {
        this.guarded = guarded;
        this.origin = origin;
        this.connection = connection;
        this.proxy = newProxy(type, this);
    }

    static Object newProxy(Class<?> type, InvocationHandler handler) {
        return Proxy.newProxyInstance(JdbcProxy.class.getClassLoader(), new Class<?>[] {type}, handler);
    }

    @Override
    public Object guarded() {
        return guarded;
    }

    @Override
    public Object proxy() {
        return proxy;
    }

    @Override
    public Guard origin() {
        return origin;
    }

    @Override
    public Object invoke(Object self, Method method, Object[] args) throws Throwable {
        JdbcCall call = JdbcCall.of(method);
        return switch (call.kind()) {
            case EQUALS -> Wall.isSame(guarded, args[0]);
            case HASH_CODE -> System.identityHashCode(guarded);
            case CLOSE, TO_STRING, ANYTIME -> forward(call, method, args);
            case FREE -> connection.isClosed() ? null : forward(call, method, args);
            case IS_CLOSED -> connection.isClosed() || (Boolean) forward(call, method, args);
            case UNWRAP -> {
                connection.requireOpen(method);
                yield connection.unwrap(self, (Wrapper) guarded, (Class<?>) args[0]);
            }
            case IS_WRAPPER_FOR -> {
                connection.requireOpen(method);
                yield Wall.isWrapperFor(self, (Wrapper) guarded, (Class<?>) args[0]);
            }
            case DRIVER -> connection.driverCall(call.kind(), method.getName(), () -> forward(call, method, args));
            case UNLISTED, RUN, RUN_TEXT, COLLECT_TEXT ->
                // of a statement that a driver has made by itself, such as that of an array's result set
                connection.driverCall(JdbcCall.Kind.UNLISTED, method.getName(), () -> forward(call, method, args));
            case FETCH -> connection.fetching(method.getName(), () -> forward(call, method, args));
            case LOCKED -> connection.locked(method.getName(), () -> forward(call, method, args));
            default -> {
                connection.requireOpen(method);
                yield forward(call, method, args);
            }
        };
    }

    private Object forward(JdbcCall call, Method method, Object[] args) throws Throwable {
        Object result = Forward.to(guarded, method, call.mayTakeGuard() ? Wall.withoutGuards(args) : args);
        if (guarded instanceof Blob || guarded instanceof Clob) {
            return GuardedStreams.guard(result, connection);
        }
        return call.mayNeedGuard() ? Wall.guard(result, this, connection) : result;
    }
}
