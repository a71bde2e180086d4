package io.tenantdatasource.test.wire;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * What happens to one statement on its way.
 *
 * @param action what to do
 * @param argument the setting to ask for, or the SQLState to fail with; null for the other actions
 * @param answer takes what was asked for
 * @param ended takes how it went, several times if it was run in several parts
 */
record Treatment(Action action, String argument, Consumer<String> answer, Consumer<RecordedStatement.Outcome> ended) {

    enum Action {
        PASS,
        /** Ask for a setting in the same round trip, right before it runs. */
        ASK,
        /** Let the server fail in its place. */
        FAIL,
        /** Cut the connection before the server sees it. */
        CUT_BEFORE,
        /** Cut the connection when the server has answered, before the client sees the answer. */
        CUT_AFTER
    }

    /** Decides what happens to the statements of one connection, in the order in which they are sent. */
    @FunctionalInterface
    interface Choice {
        Treatment of(SentStatement statement);
    }

    static final Treatment PASS = of(Action.PASS);
    static final Treatment CUT_BEFORE = of(Action.CUT_BEFORE);
    static final Treatment CUT_AFTER = of(Action.CUT_AFTER);

    private static Treatment of(Action action) {
        return new Treatment(action, null, answer -> {}, outcome -> {});
    }

    static Treatment fail(String sqlState) {
        return new Treatment(Action.FAIL, Objects.requireNonNull(sqlState), answer -> {}, outcome -> {});
    }

    static Treatment follow(Consumer<RecordedStatement.Outcome> ended) {
        return new Treatment(Action.PASS, null, answer -> {}, ended);
    }

    static Treatment ask(String setting, Consumer<String> answer, Consumer<RecordedStatement.Outcome> ended) {
        return new Treatment(Action.ASK, setting, answer, ended);
    }
}
