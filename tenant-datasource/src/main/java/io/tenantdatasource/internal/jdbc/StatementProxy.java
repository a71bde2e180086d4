package io.tenantdatasource.internal.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.Statement;

/** Stands before a statement, and lets what runs something pass only where that is permitted and bound. */
final class StatementProxy implements InvocationHandler, Guard {

    /** pgjdbc's own for the methods that it refuses: the object is of the wrong type. */
    private static final String WRONG_OBJECT_TYPE = "42809";

    private final BoundStatement statement;
    private final Class<?> type;
    private final GuardedConnection connection;
    private final Object proxy;

    StatementProxy(BoundStatement statement, Class<?> type, GuardedConnection connection) {
        this.statement = statement;
        this.type = type;
        this.connection = connection;
        this.proxy = JdbcProxy.newProxy(type, this);
    }

    @Override
    public Object guarded() {
        return statement;
    }

    @Override
    public boolean guards(Object drivers) {
        return statement.is(drivers);
    }

    @Override
    public Object proxy() {
        return proxy;
    }

    @Override
    public Guard origin() {
        return null;
    }

    @Override
    public Object invoke(Object self, Method method, Object[] args) throws Throwable {
        JdbcCall call = JdbcCall.of(method);
        return switch (call.kind()) {
            case EQUALS -> self == args[0];
            case HASH_CODE -> System.identityHashCode(statement);
            case CLOSE, TO_STRING -> forward(call, method, args);
            case IS_CLOSED -> connection.isClosed() || (Boolean) forward(call, method, args);
            case UNWRAP -> {
                connection.requireOpen(method);
                yield connection.unwrap(self, statement.plain(), (Class<?>) args[0]);
            }
            case IS_WRAPPER_FOR -> {
                connection.requireOpen(method);
                yield Wall.isWrapperFor(self, statement.plain(), (Class<?>) args[0]);
            }
            case COLLECT_TEXT -> {
                connection.requireOpen(method);
                refuseOnPrepared(method);
                yield connection.lockedSetter(method.getName(), () -> forward(call, method, args));
            }
            case RUN_TEXT -> {
                connection.requireOpen(method);
                refuseOnPrepared(method);
                yield connection.run(method.getName(), () -> forward(call, method, args));
            }
            case RUN -> connection.run(method.getName(), () -> forward(call, method, args));
            case FETCH -> connection.fetching(method.getName(), () -> forward(call, method, args));
            case LOCKED -> connection.lockedSetter(method.getName(), () -> forward(call, method, args));
            case UNLISTED -> connection.driverCall(call.kind(), method.getName(), () -> forward(call, method, args));
            default -> {
                connection.requireOpen(method);
                yield forward(call, method, args);
            }
        };
    }

    /** "This method cannot be called on a PreparedStatement or CallableStatement" (Javadoc of each): it would run another text. */
    private void refuseOnPrepared(Method method) throws SQLException {
        if (type != Statement.class) {
            throw new SQLException(
                    method.getName() + " with a text cannot be called on a " + type.getSimpleName()
                            + ", and was not: call it without, or on a plain Statement",
                    WRONG_OBJECT_TYPE);
        }
    }

    private Object forward(JdbcCall call, Method method, Object[] args) throws Throwable {
        Object result = statement.call(method, call.mayTakeGuard() ? Wall.withoutGuards(args) : args);
        return call.mayNeedGuard() ? Wall.guard(result, this, connection) : result;
    }
}
