package io.tenantdatasource.internal.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
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
            case CLOSE, TO_STRING, ALWAYS_FORWARD -> forward(call, method, args);
            case FREE -> connection.isClosed() ? null : forward(call, method, args);
            case IS_CLOSED -> connection.isClosed() || (Boolean) forward(guarded, method, args);
            case UNWRAP -> {
                connection.requireOpen(method);
                yield connection.unwrap(self, (Wrapper) guarded, (Class<?>) args[0]);
            }
            case IS_WRAPPER_FOR -> {
                connection.requireOpen(method);
                yield Wall.isWrapperFor(self, (Wrapper) guarded, (Class<?>) args[0]);
            }
            case RUN_STATEMENT -> runStatement(call, method, args);
            case FORWARD, ABORT, IS_VALID -> {
                connection.requireOpen(method);
                yield forward(call, method, args);
            }
        };
    }

    private Object runStatement(JdbcCall call, Method method, Object[] args) throws Throwable {
        return carries() ? runCarryingStatement(call, method, args) : runOtherStatement(call, method, args);
    }

    private boolean carries() {
        return Proxy.isProxyClass(guarded.getClass())
                && Proxy.getInvocationHandler(guarded) instanceof CarryingStatement;
    }

    private Object runCarryingStatement(JdbcCall call, Method method, Object[] args) throws Throwable {
        connection.enterStatement(method.getName());
        try {
            return forward(call, method, args);
        } catch (RuntimeException | Error e) {
            connection.distrust(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    private Object runOtherStatement(JdbcCall call, Method method, Object[] args) throws Throwable {
        connection.enterOtherStatement(method.getName());
        try {
            return forward(call, method, args);
        } catch (RuntimeException | Error e) {
            connection.distrust(e);
            throw e;
        } finally {
            connection.leaveOtherStatement();
        }
    }

    private Object forward(JdbcCall call, Method method, Object[] args) throws Throwable {
        Object result = forward(guarded, method, call.mayTakeGuard() ? withoutGuards(args) : args);
        return call.mayNeedGuard() ? Wall.guard(result, this, connection) : result;
    }

    /** Calls the driver's object; what it throws comes out as it is. */
    static Object forward(Object target, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Object[] withoutGuards(Object[] args) {
        Object[] plain = args.clone();
        for (int i = 0; i < plain.length; i++) {
            plain[i] = Wall.withoutGuard(plain[i]);
        }
        return plain;
    }
}
