package io.tenantdatasource.it.policy;

import java.util.List;

/** A type that a key may have, with values that something which shortens, pads, rounds or folds would take for one another. */
enum KeyType {
    UUID("uuid", "uuid", Kind.UUIDS),
    UUID_DOMAIN("keys.uuid_domain", "uuid", Kind.UUIDS),
    SMALLINT("smallint", "smallint", Kind.INTEGERS),
    INTEGER("integer", "integer", Kind.INTEGERS),
    BIGINT("bigint", "bigint", Kind.INTEGERS),
    BIGINT_DOMAIN("keys.bigint_domain", "bigint", Kind.INTEGERS),
    NUMERIC("numeric", "numeric", Kind.NUMBERS),
    NUMERIC_20_0("numeric(20,0)", "numeric", Kind.INTEGERS),
    NUMERIC_10_2("numeric(10,2)", "numeric", Kind.NUMBERS),
    TEXT("text", "text", Kind.TEXTS),
    TEXT_DOMAIN("keys.text_domain", "text", Kind.TEXTS),
    VARCHAR("varchar", "varchar", Kind.TEXTS),
    VARCHAR_10("varchar(10)", "varchar", Kind.TEXTS),
    VARCHAR_3("varchar(3)", "varchar", Kind.TEXTS),
    CHAR_10("char(10)", "bpchar", Kind.TEXTS),
    CHAR_3("char(3)", "bpchar", Kind.TEXTS),
    CHAR("char", "bpchar", Kind.TEXTS),
    BPCHAR("bpchar", "bpchar", Kind.TEXTS),
    CHAR_DOMAIN("keys.char_domain", "bpchar", Kind.TEXTS),
    CITEXT("keys.citext", "keys.citext", Kind.TEXTS),
    NAME("name", "name", Kind.TEXTS);

    /** Domains with checks that throw at what is not theirs, and a type that folds case. In a schema of their own. */
    static final String DEFINITIONS = """
            create schema keys;
            grant usage on schema keys to public;
            create extension citext schema keys;
            create collation keys.folding (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            create domain keys.uuid_domain as uuid check (value::text ~ '^[0-9a-f-]+$');
            create domain keys.bigint_domain as bigint check (1 / (value - 4) <= 1);
            create domain keys.text_domain as varchar(10) check (length(value) > 0 and 10 / length(value) >= 1);
            create domain keys.char_domain as char(10) check (value <> 'garbage')""";

    private final String sql;
    private final String unbounded;
    private final Kind kind;

    KeyType(String sql, String unbounded, Kind kind) {
        this.sql = sql;
        this.unbounded = unbounded;
        this.kind = kind;
    }

    String sql() {
        return sql;
    }

    /** What holds all values of its kind, to ask the server whether two are one. */
    String unbounded() {
        return unbounded;
    }

    /** What a column of the type may hold, and what it may not. */
    List<String> keys() {
        return switch (kind) {
            case UUIDS -> Values.UUIDS;
            case INTEGERS -> Values.INTEGERS;
            case NUMBERS -> Values.NUMBERS;
            case TEXTS -> Values.TEXTS;
        };
    }

    boolean isText() {
        return kind == Kind.TEXTS;
    }

    /** Whether a setting may be written like this; what else the server would read, such as 0x1 or a blank, is malformed. */
    boolean isWellFormed(String text) {
        if (isText()) {
            return !text.isBlank();
        }
        return text.matches(
                kind == Kind.UUIDS ? "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}" : "-?[0-9]+(\\.[0-9]+)?");
    }

    private enum Kind {
        UUIDS,
        INTEGERS,
        NUMBERS,
        TEXTS
    }

    private static final class Values {

        private static final List<String> UUIDS = List.of(
                "ac3e0000-0000-4000-8000-000000000001",
                "ac3e0000-0000-4000-8000-000000000002",
                "ac3e0000-0000-4000-8000-00000000000a",
                "ac3e0000-0000-4000-8000-0000000000a0",
                "00000000-0000-0000-0000-000000000000",
                "ffffffff-ffff-ffff-ffff-ffffffffffff",
                "610be000-0000-4000-8000-000000000001");

        private static final List<String> INTEGERS = List.of(
                "1",
                "2",
                "-1",
                "10",
                "0",
                "-32768",
                "32767",
                "2147483647",
                "-2147483648",
                "9007199254740992",
                "9007199254740993",
                "1234567890123456789",
                "1234567890123456788",
                "9223372036854775807",
                "-9223372036854775808");

        private static final List<String> NUMBERS =
                List.of("1.00", "1.01", "1.10", "10", "-1", "0.5", "0.51", "12345678.12", "12345678.13", "0");

        private static final List<String> TEXTS = List.of(
                "b",
                "bo",
                "bob",
                "BOB",
                "Bob",
                "bob ",
                " bob",
                "bób",
                "bobbobbobb",
                "bobbobbob",
                "bobbobbobbo",
                "B",
                "ß",
                "ss",
                "'");
    }
}
