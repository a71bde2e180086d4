package io.tenantdatasource.internal.binding;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A name in the text of a statement, quoted. */
final class SqlName {

    private SqlName() {}

    static String of(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** The parts of a setting's name are quoted one by one. */
    static String ofSetting(String name) {
        return Arrays.stream(name.split("\\.")).map(SqlName::of).collect(Collectors.joining("."));
    }
}
