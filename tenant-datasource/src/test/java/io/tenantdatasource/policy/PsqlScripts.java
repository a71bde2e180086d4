package io.tenantdatasource.policy;

import static io.tenantdatasource.policy.ToolScripts.comment;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Scripts for {@code psql -f}, with every name a variable. */
final class PsqlScripts {

    private static final SqlScript HAS_COLUMN = SqlScript.load("has-column.sql");

    /** A query that stands alone; those inside of a body are indented. */
    private static final Pattern QUERY = Pattern.compile("(?ms)^(select\\b.*?);$");

    private static final Pattern NEEDS_NO_QUOTES = Pattern.compile("[\\w.]*");

    private final ToolScripts.Part part;
    private final List<MigrationStep> steps;
    private final boolean inOneTransaction;
    private final String file;

    private PsqlScripts(ToolScripts.Part part, String file, List<MigrationStep> steps) {
        this.part = part;
        this.steps = steps;
        this.inOneTransaction = steps.stream().allMatch(MigrationStep::inTransaction);
        this.file = file;
    }

    static Map<String, String> write(ToolScripts.Part part) {
        Map<String, String> files = new HashMap<>();
        String file = part.name() + ".sql";
        files.put("psql/" + file, new PsqlScripts(part, file, part.steps()).text(part.does()));
        part.undo().ifPresent(undo -> {
            String undoFile = part.name() + "-undo.sql";
            files.put(
                    "psql/" + undoFile,
                    new PsqlScripts(part, undoFile, List.of(undo)).text("Takes " + part.name() + " back."));
        });
        return files;
    }

    private String text(String does) {
        return head(does)
                + requireOnErrorStop()
                + parameters()
                + derivedNames()
                + transaction()
                + steps.stream().map(this::step).collect(Collectors.joining());
    }

    private String head(String does) {
        return comment(
                does,
                "",
                "psql -v ON_ERROR_STOP=1 -f " + file + " -v name=value ...",
                "",
                "Run it as " + part.user() + ". It can be run again at any time.",
                inOneTransaction
                        ? "It is one transaction, its own or that of psql -1."
                        : "It commits after each step; what fails in the middle goes on when it is run again.",
                "Generated from tenant-datasource's resources.");
    }

    /** To leave psql with a status that tells of it takes an error. */
    static String requireOnErrorStop() {
        return """

                \\if :ON_ERROR_STOP
                \\else
                  \\set ON_ERROR_STOP on
                  do $$ begin raise exception 'run this with -v ON_ERROR_STOP=1: no step may run after one that failed'; end $$;
                \\endif
                """;
    }

    private String parameters() {
        return "\n-- What can be named with -v, as it stands in the catalog: unquoted, capitals and all.\n"
                + variables()
                        .filter(variable -> part.suffix(variable).isEmpty())
                        .map(variable -> "\\if :{?" + variable + "} \\else \\set " + variable + " "
                                + unquoted(part.names().get(variable)) + " \\endif\n")
                        .collect(Collectors.joining());
    }

    /** A cast to name cuts off what is too long, by whole characters, as Identifier.called does. */
    private String derivedNames() {
        List<String> names = variables()
                .flatMap(variable -> part.suffix(variable).map(suffix -> derivedName(variable, suffix)).stream())
                .toList();
        return names.isEmpty()
                ? ""
                : "\n-- Called after the table; where that gets too long, the table's name is cut.\nselect\n"
                        + String.join(",\n", names) + "\n\\gset\n";
    }

    private String derivedName(String variable, String suffix) {
        return "  pg_catalog.substr(('%s' || :'%s')::pg_catalog.name, %d) || '%s'\n    as %s"
                .formatted(suffix, part.tableVariable(), suffix.length() + 1, suffix, variable);
    }

    private String transaction() {
        String probe = """

                -- What is set for a transaction is still there in the next statement only if psql is in one.
                select pg_catalog.set_config('tenant_datasource.probe', 'on', true)
                \\gset tenant_datasource_
                select coalesce(pg_catalog.current_setting('tenant_datasource.probe', true), '') = 'on' as in_transaction
                \\gset tenant_datasource_
                """;
        return inOneTransaction ? probe : probe + """
                \\if :tenant_datasource_in_transaction
                  do $$ begin raise exception '%s commits after each step: run it without -1, and with AUTOCOMMIT on'; end $$;
                \\endif
                """.formatted(file);
    }

    private String step(MigrationStep step) {
        String quiet = QUERY.matcher(step.script().text())
                        .replaceAll("$1\n\\\\gset tenant_datasource_")
                        .stripTrailing() + "\n";
        String title = "\n-- === " + step.name() + " ===\n\n";
        if (step.inTransaction()) {
            return title
                    + (inOneTransaction
                            ? "\\if :tenant_datasource_in_transaction \\else\nbegin;\n\\endif\n\n"
                            : "begin;\n\n")
                    + quiet
                    + (inOneTransaction
                            ? "\n\\if :tenant_datasource_in_transaction \\else\ncommit;\n\\endif\n"
                            : "\ncommit;\n");
        }
        return title
                + step.condition()
                        .map(condition -> """
                                \\set column :%s
                                %s
                                \\gset tenant_datasource_
                                \\if :tenant_datasource_exists%s

                                %s
                                \\endif
                                """.formatted(
                                        condition.columnVariable(),
                                        HAS_COLUMN.text().strip().replaceFirst(";$", ""),
                                        condition.present() ? "" : " \\else",
                                        quiet))
                        .orElse(quiet);
    }

    private Stream<String> variables() {
        return part.variables(steps).stream();
    }

    private static String unquoted(String value) {
        if (!NEEDS_NO_QUOTES.matcher(value).matches()) {
            throw new IllegalStateException("psql would need quotes around " + value);
        }
        return value;
    }
}
