package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Calls functions that run with their owner's rights, with what a tenant's rows hold for arguments, and looks whether the answer
 * depends on these rows, or changes them.
 */
final class Calling {

    private static final int MOST_CALLS = 200;

    /** Of classes 42 and 0A, and of transactions: the call cannot be made, which is no refusal. */
    private static final Pattern CANNOT_BE_CALLED = Pattern.compile("(?!42501)(42|0A|2D).*");

    private static final Set<String> DATES = Set.of("date", "timestamp without time zone", "timestamp with time zone");

    private final Session session;
    private final Rows rows;

    Calling(Session session, Rows rows) {
        this.session = session;
        this.rows = rows;
    }

    Trial of(DefinerFunction function) {
        return (actor, victim) -> {
            if (!isGranted(function, actor)) {
                return Outcome.NOT_GRANTED;
            }
            List<String> calls = calls(function, victim);
            for (String call : calls) {
                if (changesSomething(function, call, actor, victim)) {
                    return Outcome.throughIf(true, call + " changes the rows", "");
                }
            }
            List<String> with = answersWith(function, calls, actor);
            List<String> without = session.undone(() -> {
                rows.removeAllOf(victim);
                return answersWith(function, calls, actor);
            });
            return compare(function, actor, calls, with, without, answersWith(function, calls, actor), victim);
        };
    }

    private boolean isGranted(DefinerFunction function, Actor actor) throws SQLException {
        return session.value(
                        "select has_function_privilege(?, ?::oid, 'EXECUTE') and has_schema_privilege(?, ?, 'USAGE')",
                        actor.role().name(),
                        String.valueOf(function.oid()),
                        actor.role().name(),
                        function.schema())
                .equals("t");
    }

    /** An answer that differs each time tells only something if it holds what the rows hold. */
    private Outcome compare(
            DefinerFunction function,
            Actor actor,
            List<String> calls,
            List<String> with,
            List<String> without,
            List<String> again,
            Tenant victim)
            throws SQLException {
        for (int i = 0; i < calls.size(); i++) {
            boolean steady = with.get(i).equals(again.get(i));
            boolean depends = steady
                    ? !with.get(i).equals(without.get(i))
                    : with.get(i).contains(victim.organizationId())
                            && !calls.get(i).contains(victim.organizationId());
            if (depends && !with.get(i).startsWith(FAILED) && !without.get(i).startsWith(FAILED + CONSTRAINT_CLASS)) {
                answersWith(function, List.of(calls.get(i)), actor);
                return Outcome.throughIf(true, calls.get(i) + " reads the rows", "");
            }
        }
        return with.stream().allMatch(Calling::couldNotBeMade)
                ? Outcome.notTried("no call could be made: " + with.get(0))
                : Outcome.throughIf(false, "", calls.size() + " calls, none depends on the rows");
    }

    private static boolean couldNotBeMade(String answer) {
        return answer.startsWith(FAILED)
                && CANNOT_BE_CALLED.matcher(answer.substring(FAILED.length())).matches();
    }

    private static final String FAILED = "failed: ";

    /** With a foreign key in it, a call fails where a row is missing, which tells no more than that it is. */
    private static final String CONSTRAINT_CLASS = "23";

    private List<String> answersWith(DefinerFunction function, List<String> calls, Actor actor) throws SQLException {
        List<String> answers = new ArrayList<>();
        for (String call : calls) {
            answers.add(session.undone(() -> {
                session.become(actor);
                return answer(function, call);
            }));
        }
        return answers;
    }

    private String answer(DefinerFunction function, String call) {
        try {
            List<List<String>> answer = session.answer(call);
            return (function.answersWithCursor() ? fetched(answer) : answer).toString();
        } catch (SQLException e) {
            return FAILED + e.getSQLState() + " "
                    + e.getMessage().lines().findFirst().orElse("");
        }
    }

    private List<List<String>> fetched(List<List<String>> cursors) throws SQLException {
        List<List<String>> fetched = new ArrayList<>();
        for (List<String> cursor : cursors) {
            if (cursor.get(0) != null) {
                fetched.addAll(session.answer("fetch all from " + Sql.identifier(cursor.get(0))));
            }
        }
        return fetched;
    }

    private boolean changesSomething(DefinerFunction function, String call, Actor actor, Tenant victim)
            throws SQLException {
        return session.undone(() -> {
            String before = rows.state(victim);
            session.become(actor);
            if (answer(function, call).startsWith(FAILED)) {
                return false;
            }
            session.administrate();
            return !before.equals(rows.state(victim));
        });
    }

    private List<String> calls(DefinerFunction function, Tenant victim) {
        return function.signatures().stream()
                .flatMap(signature -> arguments(signature, victim).map(values -> call(function, signature, values)))
                .distinct()
                .toList();
    }

    private static String call(
            DefinerFunction function, List<DefinerFunction.Argument> signature, List<String> literals) {
        String call = function.call(IntStream.range(0, literals.size())
                .mapToObj(i -> signature.get(i).sql(literals.get(i)))
                .toList());
        if (function.procedure()) {
            return "call " + call;
        }
        return function.answersWithCursor()
                ? "select " + call
                : "select coalesce(string_agg(a::text, ' ' order by a::text), '') from (select " + call
                        + " as a) as answer";
    }

    /** What one row holds belongs together, so that comes first; then whatever any row holds. */
    private Stream<List<String>> arguments(List<DefinerFunction.Argument> signature, Tenant victim) {
        Stream<List<String>> ofOneRow = signature.size() < 2
                ? Stream.empty()
                : rows.of(victim).stream().flatMap(row -> combinations(signature, List.of(row)));
        return Stream.concat(ofOneRow, combinations(signature, rows.of(victim)))
                .distinct()
                .limit(MOST_CALLS);
    }

    private static Stream<List<String>> combinations(
            List<DefinerFunction.Argument> signature, List<GeneratedRow> from) {
        Stream<List<String>> combinations = Stream.of(List.of());
        for (DefinerFunction.Argument argument : signature) {
            List<String> literals =
                    argument.isOutput() ? List.of("null::" + argument.type()) : literals(argument.type(), from);
            combinations = combinations.flatMap(start -> literals.stream()
                    .map(literal ->
                            Stream.concat(start.stream(), Stream.of(literal)).toList()));
        }
        return combinations;
    }

    /** What rows hold in columns of the same type; null where there are none. */
    private static List<String> literals(String type, List<GeneratedRow> from) {
        if (type.endsWith("[]")) {
            return literals(type.substring(0, type.length() - 2), from).stream()
                    .map(literal -> "array[" + literal + "]")
                    .toList();
        }
        if (type.equals("boolean")) {
            return List.of("true", "false");
        }
        if (type.equals("json") || type.equals("jsonb")) {
            return from.stream().map(row -> asJson(row) + "::" + type).toList();
        }
        List<String> literals = from.stream()
                .flatMap(row -> row.values().entrySet().stream()
                        .filter(value -> value.getValue() != null && isOfType(row.relation(), value, type))
                        .map(value -> Sql.literal(value.getValue(), type)))
                .distinct()
                .toList();
        return literals.isEmpty() ? literalsOfAnybody(type) : literals;
    }

    private static List<String> literalsOfAnybody(String type) {
        return DATES.contains(type)
                ? List.of(Sql.literal("2000-01-01", type), Sql.literal("2999-01-01", type))
                : List.of("null::" + type);
    }

    private static String asJson(GeneratedRow row) {
        return row.filledColumns().stream()
                .map(column -> Sql.literal(column) + ", " + row.literal(column))
                .collect(Collectors.joining(", ", "json_build_object(", ")"));
    }

    /** The modifier aside; a text may be passed where it was a varchar. */
    private static boolean isOfType(Relation relation, Map.Entry<String, String> value, String type) {
        Column column = relation.column(value.getKey()).orElseThrow();
        return column.baseType().replaceAll("\\(.*\\)", "").equals(type)
                || (column.category().equals("S")
                        && List.of("text", "character varying").contains(type));
    }
}
