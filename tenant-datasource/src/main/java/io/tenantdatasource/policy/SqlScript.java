package io.tenantdatasource.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bundled script whose parameters have the form of psql's variables, {@code :"name"} for an identifier and {@code
 * :'value'} for a text, so that psql and this class run the same file.
 */
final class SqlScript {

    private static final Pattern VARIABLE = Pattern.compile(":\"(?<identifier>\\w+)\"|:'(?<literal>\\w+)'");

    private final String resource;
    private final String text;

    private SqlScript(String resource, String text) {
        this.resource = resource;
        this.text = text;
    }

    static SqlScript load(String resource) {
        try (InputStream in = SqlScript.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing from the jar of tenant-datasource");
            }
            return new SqlScript(resource, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + resource, e);
        }
    }

    String render(Map<String, String> variables) {
        return VARIABLE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(quoted(match, variables)));
    }

    private String quoted(MatchResult match, Map<String, String> variables) {
        return match.group(1) != null
                ? quotedIdentifier(valueOf(match.group(1), variables))
                : quotedLiteral(valueOf(match.group(2), variables));
    }

    private String valueOf(String variable, Map<String, String> variables) {
        String value = variables.get(variable);
        if (value == null) {
            throw new IllegalStateException(resource + " names a variable that nobody set: " + variable);
        }
        return value;
    }

    private static String quotedIdentifier(String value) {
        return '"' + value.replace("\"", "\"\"") + '"';
    }

    /** The form with E where there is a backslash: it means the same whatever standard_conforming_strings is. */
    private static String quotedLiteral(String value) {
        String quoted = '\'' + value.replace("'", "''").replace("\\", "\\\\") + '\'';
        return value.indexOf('\\') >= 0 ? " E" + quoted : quoted;
    }
}
