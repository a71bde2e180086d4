package io.tenantdatasource.it.program;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Java source for values made of records, so that what was found can be pasted as a test. */
final class Code {

    private Code() {}

    static String test(Program program) {
        return program.steps().stream()
                .map(step -> "                " + of(step))
                .collect(Collectors.joining(
                        ",\n",
                        "    @Test\n    void namedForWhatItShows() throws Exception {\n        assertHolds(new Program(\n"
                                + "                " + of(program.surroundings()) + ",\n                "
                                + of(program.first()) + ",\n                List.of(\n",
                        ")));\n    }\n"));
    }

    /** All texts in it, at whatever depth. */
    static Stream<String> strings(Object whole) {
        return parts(whole).filter(String.class::isInstance).map(String.class::cast);
    }

    /** All parameters' values in it, at whatever depth. */
    static Stream<Value> values(Object whole) {
        return parts(whole).filter(Value.class::isInstance).map(Value.class::cast);
    }

    private static Stream<Object> parts(Object whole) {
        if (whole instanceof Collection<?> elements) {
            return elements.stream().flatMap(Code::parts);
        }
        return whole instanceof Record part
                ? Stream.of(part.getClass().getRecordComponents())
                        .map(component -> valueOf(component, part))
                        .flatMap(Code::parts)
                : Stream.of(whole);
    }

    private static String of(Object value) {
        if (value instanceof String text) {
            return literal(text);
        }
        if (value instanceof Enum<?> constant) {
            return constant.getDeclaringClass().getSimpleName() + "." + constant.name();
        }
        if (value instanceof Collection<?> elements) {
            return elements.stream().map(Code::of).collect(Collectors.joining(", ", "List.of(", ")"));
        }
        if (value instanceof Map<?, ?> entries) {
            return new TreeMap<>(entries)
                    .entrySet().stream()
                            .map(entry -> of(entry.getKey()) + ", " + of(entry.getValue()))
                            .collect(Collectors.joining(", ", "Map.of(", ")"));
        }
        return value instanceof Record part ? of(part) : String.valueOf(value);
    }

    private static String of(Record part) {
        Class<?> type = part.getClass();
        String name = type.isMemberClass() ? type.getEnclosingClass().getSimpleName() + "." : "";
        return Stream.of(type.getRecordComponents())
                .map(component -> of(valueOf(component, part)))
                .collect(Collectors.joining(", ", "new " + name + type.getSimpleName() + "(", ")"));
    }

    private static Object valueOf(RecordComponent component, Record part) {
        try {
            return component.getAccessor().invoke(part);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String literal(String text) {
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                + '"';
    }
}
