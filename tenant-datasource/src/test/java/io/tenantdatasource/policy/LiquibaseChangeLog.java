package io.tenantdatasource.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A change log for Liquibase, with every name a parameter. */
final class LiquibaseChangeLog {

    private static final SqlScript HAS_COLUMN = SqlScript.load("has-column.sql");

    private static final String PARAMETER = "tenant_datasource.";

    private final ToolScripts.Part part;

    private LiquibaseChangeLog(ToolScripts.Part part) {
        this.part = part;
    }

    static Map<String, String> write(ToolScripts.Part part) {
        return Map.of("liquibase/" + part.name() + ".xml", new LiquibaseChangeLog(part).text());
    }

    private String text() {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <!--
                  %s

                  Run it as %s. Each property can be set before this file is included, by a
                  property of that name; names with quotes in them cannot. Each step can be run again, so it is when a later
                  version of it comes. Generated from tenant-datasource's resources.
                -->
                <databaseChangeLog
                    xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
                    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                    xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog
                        http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd"
                    logicalFilePath="db/tenant-datasource/liquibase/%s.xml">

                %s%s%s</databaseChangeLog>
                """.formatted(
                        part.does(),
                        part.user(),
                        part.name(),
                        properties(),
                        part.undo().map(this::undo).orElse(""),
                        part.steps().stream().map(this::changeSet).collect(Collectors.joining()));
    }

    private String undo(MigrationStep undo) {
        return """

                  <!-- Does nothing, and comes first, so that its rollback comes last: it takes everything back at once. -->
                  <changeSet id="%s" author="tenant-datasource" runOnChange="true">
                    <empty/>
                    <rollback>
                %s    </rollback>
                  </changeSet>
                """.formatted(part.name(), sql(undo.script().render(parameters())));
    }

    private String properties() {
        return variables()
                .map(variable ->
                        "  <property name=\"" + PARAMETER + variable + "\" value=\"" + value(variable) + "\"/>\n")
                .collect(Collectors.joining());
    }

    private String value(String variable) {
        return part.suffix(variable)
                .map(suffix -> "${" + PARAMETER + part.tableVariable() + "}" + suffix)
                .orElse(part.names().get(variable));
    }

    private String changeSet(MigrationStep step) {
        String name = step.name().replaceFirst("\\.sql$", "").replace('/', '-');
        Stream<String> statements = step.inTransaction()
                ? Stream.of(step.script().render(parameters()))
                : step.script().renderStatements(parameters());
        return """

                  <changeSet id="%s" author="tenant-datasource" runOnChange="true"%s>
                %s%s    <rollback/>
                  </changeSet>
                """.formatted(
                        name,
                        step.inTransaction() ? "" : " runInTransaction=\"false\"",
                        step.condition().map(this::preConditions).orElse(""),
                        statements.map(LiquibaseChangeLog::sql).collect(Collectors.joining()));
    }

    private String preConditions(MigrationStep.Condition condition) {
        Map<String, String> parameters = new TreeMap<>(parameters());
        parameters.put("column", parameters.get(condition.columnVariable()));
        return """
                    <preConditions onFail="MARK_RAN">
                      <sqlCheck expectedResult="%s"><![CDATA[
                %s
                ]]></sqlCheck>
                    </preConditions>
                """.formatted(condition.present(), HAS_COLUMN.render(parameters).strip());
    }

    private static String sql(String statements) {
        return "      <sql splitStatements=\"false\"><![CDATA[\n" + statements.strip() + "\n]]></sql>\n";
    }

    private Map<String, String> parameters() {
        Map<String, String> parameters = new TreeMap<>();
        variables().forEach(variable -> parameters.put(variable, "${" + PARAMETER + variable + "}"));
        return parameters;
    }

    private Stream<String> variables() {
        List<MigrationStep> all = new ArrayList<>(part.steps());
        part.undo().ifPresent(all::add);
        return part.variables(all).stream();
    }
}
