package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Calls functions that run with their owner's rights, with what a tenant's rows hold for arguments, and looks whether the answer
 * depends on these rows, or changes them.
 */
final class Calling {

    private static final int MOST_CALLS = 60;
    private static final int MOST_VALUES = 12;

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
                if (changesSomething(call, actor, victim)) {
                    return Outcome.throughIf(true, call + " changes the rows", "");
                }
            }
            List<String> with = answersWith(calls, actor);
            List<String> without = session.undone(() -> {
                rows.removeAllOf(victim);
                return answersWith(calls, actor);
            });
            return compare(calls, with, without, answersWith(calls, actor), victim);
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
            List<String> calls, List<String> with, List<String> without, List<String> again, Tenant victim) {
        for (int i = 0; i < calls.size(); i++) {
            boolean steady = with.get(i).equals(again.get(i));
            boolean depends = steady
                    ? !with.get(i).equals(without.get(i))
                    : with.get(i).contains(victim.organizationId())
                            && !calls.get(i).contains(victim.organizationId());
            if (depends && !with.get(i).startsWith(FAILED) && !without.get(i).startsWith(FAILED)) {
                return Outcome.throughIf(true, calls.get(i) + " reads the rows", "");
            }
        }
        return Outcome.throughIf(false, "", calls.size() + " calls, none depends on the rows");
    }

    private static final String FAILED = "failed: ";

    private List<String> answersWith(List<String> calls, Actor actor) throws SQLException {
        List<String> answers = new ArrayList<>();
        for (String call : calls) {
            answers.add(session.undone(() -> {
                session.become(actor);
                return answer(call);
            }));
        }
        return answers;
    }

    private String answer(String call) {
        try {
            return call.startsWith("call ") ? "" + session.execute(call) : Objects.toString(session.value(call));
        } catch (SQLException e) {
            return FAILED + e.getSQLState();
        }
    }

    private boolean changesSomething(String call, Actor actor, Tenant victim) throws SQLException {
        return session.undone(() -> {
            String before = rows.state(victim);
            session.become(actor);
            if (answer(call).startsWith(FAILED)) {
                return false;
            }
            session.administrate();
            return !before.equals(rows.state(victim));
        });
    }

    private List<String> calls(DefinerFunction function, Tenant victim) {
        List<List<String>> arguments = List.of(List.of());
        for (String type : function.argumentTypes()) {
            List<String> values = values(type, victim);
            arguments = arguments.stream()
                    .flatMap(start -> values.stream()
                            .map(value -> Stream.concat(start.stream(), Stream.of(Sql.literal(value, type)))
                                    .toList()))
                    .limit(MOST_CALLS)
                    .toList();
        }
        return arguments.stream()
                .map(values -> function.procedure()
                        ? "call " + function.call(values)
                        : "select coalesce(string_agg(a::text, ' ' order by a::text), '') from " + function.call(values)
                                + " as a")
                .toList();
    }

    /** Of the victim's rows, in columns of the same type; null where there are none. */
    private List<String> values(String type, Tenant victim) {
        List<String> values = rows.of(victim).stream()
                .flatMap(row -> row.values().entrySet().stream()
                        .filter(value -> isOfType(row.relation(), value, type))
                        .map(Map.Entry::getValue))
                .filter(Objects::nonNull)
                .distinct()
                .limit(MOST_VALUES)
                .collect(Collectors.toCollection(ArrayList::new));
        if (values.isEmpty()) {
            values.add(null);
        }
        return values;
    }

    /** The modifier aside; a text may be passed where it was a varchar. */
    private static boolean isOfType(Relation relation, Map.Entry<String, String> value, String type) {
        Column column = relation.column(value.getKey()).orElseThrow();
        return column.baseType().replaceAll("\\(.*\\)", "").equals(type)
                || (column.category().equals("S")
                        && List.of("text", "character varying").contains(type));
    }
}
