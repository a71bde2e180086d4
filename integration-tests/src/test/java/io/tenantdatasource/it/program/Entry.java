package io.tenantdatasource.it.program;

import java.util.List;

/**
 * What could be seen of a step.
 *
 * @param worker for whom the connection was checked out when the step began
 * @param role as whom it has to work, empty if the checkout has set a role by itself
 * @param state what the server said of the session afterwards
 */
record Entry(Step step, Worker worker, String role, List<String> lines, String state) {

    static final String CLOSED = "closed";

    Entry {
        lines = List.copyOf(lines);
    }

    boolean isClosed() {
        return state.equals(CLOSED);
    }

    /** Whether the session has ended, though the connection may not know yet. */
    boolean hasEnded() {
        return isClosed() || state.equals("none");
    }

    /** What the return of the connection said, where one was returned. */
    List<String> ofReturn() {
        return lines.stream().filter(line -> line.startsWith("return")).toList();
    }

    /** Without the types of columns. */
    List<String> withoutTypes() {
        return lines.stream().filter(line -> !line.contains(": column ")).toList();
    }

    /** Whether a line of it has been told a failure of this state. */
    boolean failedWith(String sqlState) {
        return lines.stream().anyMatch(line -> line.endsWith("state -> " + sqlState + ", 0"));
    }

    boolean failed() {
        return lines.stream().anyMatch(line -> line.contains("state -> "));
    }

    boolean looksLike(Entry other) {
        return lines.equals(other.lines) && state.equals(other.state);
    }
}
