package io.tenantdatasource.cli;

import io.tenantdatasource.policy.SchemaPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A plan as files for a migration tool, one a table. Their names and texts stay as long as nothing changes for the table, and
 * each can be run again: so the next plan changes the files of what is new alone, and the tool runs these.
 */
final class MigrationFiles {

    /** What runs migrations. */
    enum Tool {
        /** In one transaction a file, by whatever. */
        SQL,
        PSQL,
        FLYWAY,
        LIQUIBASE
    }

    private final SchemaPlan plan;
    private final Tool tool;

    MigrationFiles(SchemaPlan plan, Tool tool) {
        this.plan = plan;
        this.tool = tool;
    }

    List<Path> write(Path folder) throws IOException {
        Files.createDirectories(folder);
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> script : plan.scripts().entrySet()) {
            String table = script.getKey();
            files.add(Files.writeString(folder.resolve(name(table)), text(table, script.getValue())));
        }
        files.sort(null);
        if (tool == Tool.PSQL || tool == Tool.LIQUIBASE) {
            files.add(Files.writeString(folder.resolve(tool == Tool.PSQL ? "all.sql" : "changelog.xml"), list(files)));
        }
        files.add(Files.writeString(folder.resolve("undo.sql.txt"), plan.undoSql()));
        return files;
    }

    /**
     * Tables that others rest on first: by how far their organization is, which is the same whatever tables come later. Flyway runs
     * what is repeatable in the order of its names, and anew when it has changed.
     */
    private String name(String table) {
        String plain = table.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        // Two names may become one, also where a file system knows no capitals.
        String distinct = plain.equals(table) ? plain : plain + "_" + Integer.toHexString(table.hashCode());
        return "%stenant_%02d_%s.sql".formatted(tool == Tool.FLYWAY ? "R__" : "", plan.distance(table), distinct);
    }

    private String text(String table, String sql) {
        return switch (tool) {
            case SQL, FLYWAY -> sql;
            case PSQL -> "\\set ON_ERROR_STOP on\nbegin;\n" + sql + "\ncommit;\n";
            case LIQUIBASE ->
                "--liquibase formatted sql\n--changeset tenant-datasource:\"" + table.replace("\"", "")
                        + "\" runOnChange:true splitStatements:false\n" + sql;
        };
    }

    private String list(List<Path> files) {
        List<String> names =
                files.stream().map(file -> file.getFileName().toString()).toList();
        if (tool == Tool.PSQL) {
            return String.join("\n", names.stream().map(name -> "\\ir " + name).toList()) + "\n";
        }
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
                    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                    xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">
                """
                + String.join(
                        "\n",
                        names.stream()
                                .map(name -> "  <include file=\"" + name + "\" relativeToChangelogFile=\"true\"/>")
                                .toList())
                + "\n</databaseChangeLog>\n";
    }
}
