package io.tenantdatasource.internal.jdbc;

import java.lang.reflect.Method;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.ResultSet;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a JDBC method means for the wall. Told from its declaration, once a method, so that a method which a later JDK
 * adds falls under the same rules.
 *
 * @param kind how the call is treated
 * @param mayNeedGuard whether its result can be an object that leads back to the connection
 * @param mayTakeGuard whether an argument can be what stands before such an object
 */
record JdbcCall(Kind kind, boolean mayNeedGuard, boolean mayTakeGuard) {

    enum Kind {
        /** Goes to the wrapped object. */
        FORWARD,
        /** Sends a statement of the user to the server. */
        RUN_STATEMENT,
        /** Declares no SQLException, so it cannot say that the connection is closed. */
        ALWAYS_FORWARD,
        CLOSE,
        /** Gives up an array or a LOB, which a driver may do on the server. */
        FREE,
        ABORT,
        IS_CLOSED,
        IS_VALID,
        UNWRAP,
        IS_WRAPPER_FOR,
        EQUALS,
        HASH_CODE,
        TO_STRING
    }

    private static final Map<Method, JdbcCall> KNOWN = new ConcurrentHashMap<>();

    /** They send an INSERT, UPDATE, DELETE or SELECT that the driver writes for an updatable result set. */
    private static final Set<String> ROW_STATEMENTS = Set.of("insertRow", "updateRow", "deleteRow", "refreshRow");

    /** Their contents stay on the server, and are read and written there. */
    private static final Set<Class<?>> LARGE_OBJECTS = Set.of(Blob.class, Clob.class, NClob.class);

    static JdbcCall of(Method method) {
        JdbcCall known = KNOWN.get(method);
        return known != null ? known : KNOWN.computeIfAbsent(method, JdbcCall::classify);
    }

    private static JdbcCall classify(Method method) {
        return new JdbcCall(
                kindOf(method),
                Wall.mayNeedGuard(method.getReturnType()),
                Arrays.stream(method.getParameterTypes()).anyMatch(Wall::mayNeedGuard));
    }

    private static Kind kindOf(Method method) {
        return switch (method.getName()) {
            case "close" -> Kind.CLOSE;
            case "free" -> Kind.FREE;
            case "abort" -> Kind.ABORT;
            case "isClosed" -> Kind.IS_CLOSED;
            case "isValid" -> Kind.IS_VALID;
            case "unwrap" -> Kind.UNWRAP;
            case "isWrapperFor" -> Kind.IS_WRAPPER_FOR;
            case "equals" -> Kind.EQUALS;
            case "hashCode" -> Kind.HASH_CODE;
            case "toString" -> Kind.TO_STRING;
            default -> forwardingKindOf(method);
        };
    }

    private static Kind forwardingKindOf(Method method) {
        if (method.getExceptionTypes().length == 0) {
            return Kind.ALWAYS_FORWARD;
        }
        return runsStatement(method) ? Kind.RUN_STATEMENT : Kind.FORWARD;
    }

    private static boolean runsStatement(Method method) {
        if (method.getDeclaringClass() == DatabaseMetaData.class) {
            return method.getReturnType() == ResultSet.class;
        }
        if (method.getDeclaringClass() == ResultSet.class) {
            return ROW_STATEMENTS.contains(method.getName());
        }
        if (LARGE_OBJECTS.contains(method.getDeclaringClass())) {
            return true;
        }
        return method.getName().startsWith("execute");
    }
}
