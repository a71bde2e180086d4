package io.tenantdatasource.internal.jdbc;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes {@code GuardedResultSet.java}, by the rules of {@link JdbcCall}. */
final class GuardedResultSetSource {

    private static final Set<JdbcCall.Kind> BY_HAND =
            Set.of(JdbcCall.Kind.CLOSE, JdbcCall.Kind.IS_CLOSED, JdbcCall.Kind.UNWRAP, JdbcCall.Kind.IS_WRAPPER_FOR);

    private static final String HEAD = """
            package io.tenantdatasource.internal.jdbc;

            %s

            /**
             * Stands before a result set, whose methods are called for every value of every row: called directly, where
             * {@link JdbcProxy} would reflect. Written by GuardedResultSetSource, which lives beside the tests; not to be
             * edited.
             */
            @SuppressWarnings("deprecation")
            final class GuardedResultSet implements ResultSet, Guard {

                private final ResultSet guarded;
                private final Guard origin;
                private final GuardedConnection connection;

                GuardedResultSet(ResultSet guarded, Guard origin, GuardedConnection connection) {
                    this.guarded = guarded;
                    this.origin = origin;
                    this.connection = connection;
                }

                @Override
                public Object guarded() {
                    return guarded;
                }

                @Override
                public Object proxy() {
                    return this;
                }

                @Override
                public Guard origin() {
                    return origin;
                }

                @Override
                public void close() throws SQLException {
                    guarded.close();
                }

                @Override
                public boolean isClosed() throws SQLException {
                    return connection.isClosed() || guarded.isClosed();
                }

                @Override
                public <T> T unwrap(Class<T> p0) throws SQLException {
                    connection.requireOpen("unwrap");
                    return p0.cast(connection.unwrap(this, guarded, p0));
                }

                @Override
                public boolean isWrapperFor(Class<?> p0) throws SQLException {
                    connection.requireOpen("isWrapperFor");
                    return Wall.isWrapperFor(this, guarded, p0);
                }

                @Override
                public boolean equals(Object p0) {
                    return Wall.isSame(guarded, p0);
                }

                @Override
                public int hashCode() {
                    return System.identityHashCode(guarded);
                }

                @Override
                public String toString() {
                    return guarded.toString();
                }
            """;

    private GuardedResultSetSource() {}

    static String write() {
        List<Method> methods = Arrays.stream(ResultSet.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !BY_HAND.contains(JdbcCall.of(method).kind()))
                .sorted(Comparator.comparing(Method::getName)
                        .thenComparing(method -> Arrays.toString(method.getParameterTypes())))
                .toList();
        String body = methods.stream().map(GuardedResultSetSource::method).collect(Collectors.joining("\n"));
        return HEAD.formatted(imports(methods)) + body + "}\n";
    }

    private static String imports(List<Method> methods) {
        return methods.stream()
                .flatMap(method -> {
                    List<Class<?>> types = new ArrayList<>(List.of(method.getParameterTypes()));
                    types.add(method.getReturnType());
                    types.add(java.sql.SQLException.class);
                    types.add(ResultSet.class);
                    return types.stream();
                })
                .filter(type ->
                        !type.isPrimitive() && !type.isArray() && type.getPackage() != Object.class.getPackage())
                .map(Class::getName)
                .distinct()
                .sorted()
                .map(name -> "import " + name + ";")
                .collect(Collectors.joining("\n"));
    }

    private static String method(Method method) {
        JdbcCall call = JdbcCall.of(method);
        List<String> parameters = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < method.getParameterCount(); i++) {
            String type = name(method.getGenericParameterTypes()[i]);
            parameters.add(type + " p" + i);
            arguments.add(argument(method.getParameterTypes()[i], type, "p" + i));
        }
        String generic = method.getTypeParameters().length == 0 ? "" : "<T> ";
        String result = name(method.getGenericReturnType());
        String forwarded = "guarded." + method.getName() + "(" + String.join(", ", arguments) + ")";
        return "\n@Override\n"
                + (generic.isEmpty() ? "" : "@SuppressWarnings(\"unchecked\")\n")
                + "public " + generic + result + " " + method.getName() + "(" + String.join(", ", parameters)
                + ") throws SQLException {\n"
                + body(method, call, result, forwarded)
                + "}\n";
    }

    private static String body(Method method, JdbcCall call, String result, String forwarded) {
        String name = "\"" + method.getName() + "\"";
        return switch (call.kind()) {
            case DRIVER -> "connection.row(" + name + ", guarded::" + method.getName() + ");\n";
            case FETCH, LOCKED ->
                "connection." + (call.kind() == JdbcCall.Kind.FETCH ? "enterFetch(" : "enter(") + name + ");\ntry {\n"
                        + statement(method, call, result, forwarded)
                        + "} catch (Throwable e) {\nconnection.failed(e);\nthrow e;\n"
                        + "} finally {\nconnection.leave();\n}\n";
            case LOCAL -> "connection.requireOpen(" + name + ");\n" + statement(method, call, result, forwarded);
            default -> throw new IllegalStateException(method.toString());
        };
    }

    private static String statement(Method method, JdbcCall call, String result, String forwarded) {
        if (method.getReturnType() == void.class) {
            return forwarded + ";\n";
        }
        if (!call.mayNeedGuard()) {
            return "return " + forwarded + ";\n";
        }
        String cast = result.equals("Object") ? "" : "(" + result + ") ";
        return "return " + cast + "Wall.guard(" + forwarded + ", this, connection);\n";
    }

    private static String argument(Class<?> type, String typeName, String parameter) {
        if (!Wall.mayNeedGuard(type)) {
            return parameter;
        }
        return (type == Object.class ? "" : "(" + typeName + ") ") + "Wall.withoutGuard(" + parameter + ")";
    }

    private static String name(Type type) {
        return type.getTypeName().replaceAll("java\\.(lang|sql|io|util|math|net)\\.", "");
    }
}
