package io.tenantdatasource.policy;

import io.tenantdatasource.internal.Resource;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A bundled script in what psql and this class both understand: {@code :"name"} stands for an identifier, {@code
 * :'value'} for a text, {@code \ir file} for a file beside this one. A line {@code --;} ends a statement that has to be
 * sent alone. {@code \body file} stands for what is in the file's DO statements, as blocks of the one around it: their statements are
 * planned once, where text that is executed again and again is planned each time. What is between a line {@code --if name} and a
 * line {@code --end} is there only where that variable has a value, so never in what psql gets.
 */
final class SqlScript {

    private static final String FOLDER = "/io/tenantdatasource/policy/";

    private static final Pattern BODY = Pattern.compile("(?m)^ *\\\\body (\\S+)\\n");
    private static final Pattern DO = Pattern.compile("(?ms)^do \\$(\\w+)\\$\\n(.*?)\\n\\$\\1\\$;$");
    private static final Pattern OPTIONAL = Pattern.compile(" *--if (\\w+)\\n");
    private static final Pattern OPTIONAL_END = Pattern.compile(" *--end\\n");
    private static final Pattern LINE_END = Pattern.compile("(?<=\\n)");
    private static final Pattern VARIABLE = Pattern.compile(":\"(?<identifier>\\w+)\"|:'(?<literal>\\w+)'");
    private static final Pattern STATEMENT_END = Pattern.compile("(?m)^--;$");

    private final String resource;
    private final String text;

    private SqlScript(String resource, String text) {
        this.resource = resource;
        this.text = text;
    }

    /** Loads a script and what it includes. */
    static SqlScript load(String resource) {
        return new SqlScript(resource, withIncludes(resource));
    }

    private static String withIncludes(String resource) {
        String included = Resource.script(SqlScript.class, FOLDER + resource);
        return BODY.matcher(included)
                .replaceAll(block -> Matcher.quoteReplacement(body(withIncludes(beside(resource, block.group(1))))));
    }

    private static String beside(String resource, String other) {
        return URI.create(resource).resolve(other).toString();
    }

    /** Of each DO statement, as blocks of another one, which are left where that would return. */
    private static String body(String script) {
        return DO.matcher(script)
                .replaceAll(statement -> Matcher.quoteReplacement("<<" + statement.group(1) + ">>\n"
                        + statement
                                .group(2)
                                .replace("#variable_conflict use_column\n", "")
                                .replace("return;", "exit " + statement.group(1) + ";")
                        + ";"));
    }

    /** The script with what it includes, for psql: its variables are still to be set. */
    String text() {
        return withOptional(Set.of());
    }

    /** The names of the variables in it, each once. */
    List<String> variables() {
        return VARIABLE.matcher(text())
                .results()
                .map(match -> match.group(1) != null ? match.group(1) : match.group(2))
                .distinct()
                .toList();
    }

    String render(Map<String, String> variables) {
        return VARIABLE.matcher(withOptional(variables.keySet()))
                .replaceAll(match -> Matcher.quoteReplacement(quoted(match, variables)));
    }

    /** The statements that have to be sent one by one. */
    Stream<String> renderStatements(Map<String, String> variables) {
        return STATEMENT_END.splitAsStream(render(variables)).map(String::strip);
    }

    private String withOptional(Set<String> variables) {
        StringBuilder kept = new StringBuilder();
        Deque<Boolean> wanted = new ArrayDeque<>();
        for (String line : LINE_END.splitAsStream(text).toList()) {
            Matcher optional = OPTIONAL.matcher(line);
            if (optional.matches()) {
                wanted.push(variables.contains(optional.group(1)));
            } else if (OPTIONAL_END.matcher(line).matches()) {
                wanted.pop();
            } else if (!wanted.contains(false)) {
                kept.append(line);
            }
        }
        return kept.toString();
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
