package io.tenantdatasource.policy;

import static io.tenantdatasource.policy.ToolScripts.comment;

import java.util.Map;

/** What refuses migrations that would do nothing, for each tool: one statement, in which nothing is named. */
final class RequireUnboundScripts {

    private static final String STATEMENT =
            SqlScript.load("migrating/require-unbound.sql").text();

    private RequireUnboundScripts() {}

    static Map<String, String> write() {
        return Map.of(
                "sql/require-unbound.sql",
                script("Plain SQL for whatever runs it."),
                "psql/require-unbound.sql",
                psql(),
                "flyway/require-unbound/beforeEachMigrate__require_unbound.sql",
                script("A callback: Flyway runs it before each migration that is pending, and nothing where none is."),
                "liquibase/require-unbound.xml",
                changeLog());
    }

    private static String script(String what) {
        return head(what) + "\n" + STATEMENT;
    }

    private static String psql() {
        return head("psql -v ON_ERROR_STOP=1 -f require-unbound.sql, or \\ir require-unbound.sql in a file of yours.")
                + PsqlScripts.requireOnErrorStop() + "\n" + STATEMENT;
    }

    private static String head(String what) {
        return comment(what, "", "Generated from tenant-datasource's resources.");
    }

    private static String changeLog() {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <!--
                  Runs at each update, where it is included: before the change sets that change data. Generated from
                  tenant-datasource's resources.
                -->
                <databaseChangeLog
                    xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
                    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                    xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog
                        http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd"
                    logicalFilePath="db/tenant-datasource/liquibase/require-unbound.xml">

                  <changeSet id="require-unbound" author="tenant-datasource" runAlways="true" runOnChange="true">
                      <sql splitStatements="false"><![CDATA[
                %s
                ]]></sql>
                    <rollback/>
                  </changeSet>
                </databaseChangeLog>
                """.formatted(STATEMENT.strip());
    }
}
