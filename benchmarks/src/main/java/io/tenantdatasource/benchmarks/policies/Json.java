package io.tenantdatasource.benchmarks.policies;

import java.util.Locale;
import java.util.stream.Collectors;

/** All numbers, for programs. */
final class Json {

    private final Results results;

    Json(Results results) {
        this.results = results;
    }

    String text() {
        Sizes sizes = results.sizes();
        return """
                {
                  "postgresql": %s,
                  "organizations": %d,
                  "users": %d,
                  "sessions": %d,
                  "rounds": %d,
                  "cells": [
                %s
                  ]
                }
                """.formatted(
                        quoted(results.serverVersion()),
                        sizes.organizations(),
                        sizes.users(),
                        sizes.sessions(),
                        sizes.rounds(),
                        results.cells().stream().map(this::cell).collect(Collectors.joining(",\n")));
    }

    private String cell(Results.Cell cell) {
        return """
                    {"protection": %s, "query": %s, "rows": %d, "milliseconds": %s, "ratio": %s, "byRound": [%s]}\
                """.formatted(
                        quoted(cell.protection().label()),
                        quoted(cell.query().label()),
                        cell.rows(),
                        number(cell.millis()),
                        number(results.ratio(cell)),
                        cell.millisByRound().stream().map(Json::number).collect(Collectors.joining(", ")));
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, "%.6f", number);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
