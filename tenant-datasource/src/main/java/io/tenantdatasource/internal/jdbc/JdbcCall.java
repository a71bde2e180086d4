package io.tenantdatasource.internal.jdbc;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What happens to a JDBC method: as {@code jdbc-methods.txt} has it.
 *
 * @param kind how the call is treated
 * @param mayNeedGuard whether its result can be an object that leads back to the connection
 * @param mayTakeGuard whether an argument can be what stands before such an object
 */
public record JdbcCall(Kind kind, boolean mayNeedGuard, boolean mayTakeGuard) {

    /** The headings of the list, which tells what each means; and what is on no list. */
    public enum Kind {
        CREATE_STATEMENT,
        COMMIT,
        ROLLBACK,
        ROLLBACK_TO_SAVEPOINT,
        SET_SAVEPOINT,
        RELEASE_SAVEPOINT,
        SET_AUTO_COMMIT,
        CHANGE_SESSION,
        CONNECTION,
        COLLECT_TEXT,
        RUN_TEXT,
        RUN,
        DRIVER,
        FETCH,
        LOCKED,
        ANYTIME,
        LOCAL,
        CLOSE,
        FREE,
        ABORT,
        IS_CLOSED,
        IS_VALID,
        UNWRAP,
        IS_WRAPPER_FOR,
        /** Of a JDK that is newer than the list. */
        UNLISTED,
        EQUALS,
        HASH_CODE,
        TO_STRING
    }

    private static final String LIST = "jdbc-methods.txt";

    private static final Map<String, Kind> LISTED = read();

    private static final Map<Method, JdbcCall> KNOWN = new ConcurrentHashMap<>();

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
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> Kind.EQUALS;
                case "hashCode" -> Kind.HASH_CODE;
                default -> Kind.TO_STRING;
            };
        }
        return LISTED.getOrDefault(signature(method), Kind.UNLISTED);
    }

    /** As it stands in the list. */
    static String signature(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private static Map<String, Kind> read() {
        try (InputStream list = JdbcCall.class.getResourceAsStream(LIST);
                BufferedReader lines = new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))) {
            Map<String, Kind> kinds = new HashMap<>();
            Kind heading = Kind.UNLISTED;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("[")) {
                    heading = Kind.valueOf(line.substring(1, line.length() - 1));
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    kinds.put(line, heading);
                }
            }
            return kinds;
        } catch (IOException e) {
            throw new UncheckedIOException(LIST, e);
        }
    }
}
