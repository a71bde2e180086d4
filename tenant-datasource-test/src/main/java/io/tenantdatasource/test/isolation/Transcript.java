package io.tenantdatasource.test.isolation;

import java.util.ArrayList;
import java.util.List;

/**
 * The statements that have made the transaction what it is: those that were undone are not among them. What was undone last
 * is kept aside, for whatever got through is undone at once.
 */
final class Transcript {

    private final List<String> statements = new ArrayList<>();
    private List<String> undoneLast = List.of();

    void add(String statement) {
        statements.add(statement);
    }

    int size() {
        return statements.size();
    }

    void undoTo(int size) {
        undoneLast = List.copyOf(statements);
        statements.subList(size, statements.size()).clear();
    }

    /** A script that does again what was undone last, shows it, and takes it back. */
    String script() {
        return "begin;\n\n" + String.join(";\n\n", undoneLast) + ";\n\nrollback;\n";
    }
}
