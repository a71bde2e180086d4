package io.tenantdatasource.policy;

import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/** JSON to be written, which is all that is needed of it here. */
final class JsonText {

    private JsonText() {}

    static String of(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                json.append('\\').append((char) c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", c));
            } else {
                json.append((char) c);
            }
        });
        return json.append('"').toString();
    }

    /** Of what is JSON already. */
    static Collector<CharSequence, ?, String> array() {
        return Collectors.joining(", ", "[", "]");
    }

    /** An object. */
    static final class Fields {

        private final StringJoiner fields = new StringJoiner(", ", "{", "}");

        Fields text(String name, String value) {
            return json(name, of(value));
        }

        Fields text(String name, Optional<String> value) {
            value.ifPresent(present -> text(name, present));
            return this;
        }

        Fields flag(String name, boolean value) {
            return json(name, Boolean.toString(value));
        }

        Fields json(String name, String json) {
            fields.add(of(name) + ": " + json);
            return this;
        }

        @Override
        public String toString() {
            return fields.toString();
        }
    }
}
