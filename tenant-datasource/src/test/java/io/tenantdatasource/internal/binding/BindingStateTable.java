package io.tenantdatasource.internal.binding;

import io.tenantdatasource.internal.sql.Effect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Who knows after each event, written as a table; {@code docs/binding.md} has the same. */
final class BindingStateTable {

    private static final Path DOCUMENT = Path.of("..", "docs", "binding.md");

    private static final BindingState NOBODY =
            BindingState.atCheckout(Lease.OWN).savepointSet();
    private static final BindingState BLOCK = NOBODY.toldBlock();
    private static final BindingState SESSION = NOBODY.toldSession();

    private static final Map<String, UnaryOperator<BindingState>> EVENTS = new LinkedHashMap<>();

    static {
        EVENTS.put("the block is told", BindingState::toldBlock);
        EVENTS.put("the session is told, outside of a block", BindingState::toldSession);
        EVENTS.put("the session is told, within a block", BindingState::toldSessionWithinBlock);
        EVENTS.put("statements about rows have run, or failed", state -> state.ran(Effect.ROWS));
        EVENTS.put("some that call other functions have run, or failed", state -> state.ran(Effect.CALLS));
        EVENTS.put(
                "with `TRANSACTION`, some that change rows, whose triggers may call others", BindingState::changedRows);
        EVENTS.put("transaction control by text", state -> state.ran(Effect.BOUNDARY));
        EVENTS.put("any other text has run, or failed", state -> state.ran(Effect.UNKNOWN));
        EVENTS.put("what tells the block has failed", BindingState::untold);
        EVENTS.put("`commit()`, `rollback()`, `setAutoCommit`, or no block is open", BindingState::blockEnded);
        EVENTS.put("`setSavepoint`", BindingState::savepointSet);
        EVENTS.put("`rollback` to a savepoint that was set before it was told", state -> state.rolledBackTo(0));
        EVENTS.put(
                "`rollback` to a savepoint that was set since",
                state -> state.savepointSet().rolledBackTo(1));
        EVENTS.put("`releaseSavepoint`", state -> state.released(0));
        EVENTS.put("`unwrap`", BindingState::unwrapped);
    }

    private BindingStateTable() {}

    static String ofTheCode() {
        return EVENTS.entrySet().stream()
                .map(event -> "| " + event.getKey() + " | " + after(event.getValue(), NOBODY) + " | "
                        + after(event.getValue(), BLOCK) + " | " + after(event.getValue(), SESSION) + " |")
                .collect(Collectors.joining("\n"));
    }

    private static String after(UnaryOperator<BindingState> event, BindingState state) {
        BindingState next = event.apply(state);
        String told = next.mustTell() && next.knows() != BindingState.Knows.NOBODY ? ", told each time" : "";
        return next.knows().name().toLowerCase(java.util.Locale.ROOT) + told;
    }

    private static final String HEAD = """
            <!-- who knows -->
            | event | if nobody knows | if the block does | if the session does |
            |---|---|---|---|
            """;

    static void update() {
        try {
            String text = Files.readString(DOCUMENT);
            String before = text.substring(0, text.indexOf("<!-- who knows -->"));
            String after = text.substring(text.indexOf("<!-- end of who knows -->"));
            Files.writeString(DOCUMENT, before + HEAD + ofTheCode() + "\n" + after);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String documented() {
        try {
            String text = Files.readString(DOCUMENT);
            return text.substring(text.indexOf("<!-- who knows -->"), text.indexOf("<!-- end of who knows -->"))
                    .lines()
                    .filter(line -> line.startsWith("| "))
                    .skip(1)
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
