package io.tenantdatasource.policy;

import static io.tenantdatasource.policy.ToolScripts.comment;

import java.util.Map;
import java.util.TreeMap;

/** What asks before or after migrations, for each tool: one statement, in which nothing is named. */
final class CallbackScripts {

    private final String name;
    private final String statement;

    private CallbackScripts(String name, String resource) {
        this.name = name;
        this.statement = SqlScript.load(resource).text();
    }

    static Map<String, String> write() {
        Map<String, String> files = new TreeMap<>();
        CallbackScripts unbound = new CallbackScripts("require-unbound", "migrating/require-unbound.sql");
        files.putAll(unbound.forAll("before the change sets that change data."));
        files.put(
                "flyway/require-unbound/beforeEachMigrate__require_unbound.sql",
                unbound.script(
                        "A callback: Flyway runs it before each migration that is pending, and nothing where none is."));

        CallbackScripts isProtected = new CallbackScripts("require-protected", "guard/require-protected.sql");
        files.putAll(isProtected.forAll("last, after the change sets that change the schema."));
        files.put(
                "flyway/require-protected/afterEachMigrate__require_protected.sql",
                isProtected.script(
                        "A callback: Flyway runs it after each migration, in its transaction, which a refusal rolls back."));
        files.put(
                "flyway/require-protected-in-the-end/afterMigrate__require_protected.sql",
                isProtected.script(
                        "A callback: Flyway runs it once all migrations are done and committed, pending or not."));
        return files;
    }

    private Map<String, String> forAll(String where) {
        return Map.of(
                "sql/" + name + ".sql",
                script("Plain SQL for whatever runs it."),
                "psql/" + name + ".sql",
                psql(),
                "liquibase/" + name + ".xml",
                changeLog(where));
    }

    private String script(String what) {
        return head(what) + "\n" + statement;
    }

    private String psql() {
        return head("psql -v ON_ERROR_STOP=1 -f " + name + ".sql, or \\ir " + name + ".sql in a file of yours.")
                + PsqlScripts.requireOnErrorStop() + "\n" + statement;
    }

    private static String head(String what) {
        return comment(what, "", "Generated from tenant-datasource's resources.");
    }

    private String changeLog(String where) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <!--
                  Runs at each update, where it is included: %s Generated from
                  tenant-datasource's resources.
                -->
                <databaseChangeLog
                    xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
                    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                    xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog
                        http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd"
                    logicalFilePath="db/tenant-datasource/liquibase/%s.xml">

                  <changeSet id="%s" author="tenant-datasource" runAlways="true" runOnChange="true">
                      <sql splitStatements="false"><![CDATA[
                %s
                ]]></sql>
                    <rollback/>
                  </changeSet>
                </databaseChangeLog>
                """.formatted(where, name, name, statement.strip());
    }
}
