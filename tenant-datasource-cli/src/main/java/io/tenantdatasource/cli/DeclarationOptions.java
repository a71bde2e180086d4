package io.tenantdatasource.cli;

import io.tenantdatasource.policy.SchemaPolicies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What the organizations are, and what is not theirs. */
final class DeclarationOptions {

    @ArgGroup(multiplicity = "1")
    private Organizations organizations;

    @Option(
            names = "--schema",
            paramLabel = "<name>",
            defaultValue = "public",
            description = "The schema: ${DEFAULT-VALUE}.")
    private String schema;

    @Option(names = "--global", split = ",", paramLabel = "<table>", description = "Tables that are everybody's.")
    private List<String> global = List.of();

    @Option(
            names = "--shared",
            split = ",",
            paramLabel = "<table>",
            description = "Tables in which rows without an organization are everybody's to read.")
    private List<String> shared = List.of();

    @Option(
            names = "--members",
            split = ",",
            paramLabel = "<table>",
            description = "Tables that say who belongs to which organizations.")
    private List<String> members = List.of();

    @Option(
            names = "--through",
            paramLabel = "<table>=<columns>",
            description = "Which foreign key of a table says whose its rows are: transfers=from_id.")
    private Map<String, String> through = Map.of();

    @Option(
            names = "--own-column",
            split = ",",
            paramLabel = "<table>",
            description = "Tables to be given a column for the organization, filled from the rows that they name.")
    private List<String> ownColumns = List.of();

    @Option(
            names = "--own-column-called",
            paramLabel = "<column>",
            description = "What that column is called: that of --column, or organization_id.")
    private String ownColumnCalled;

    @Option(names = "--role", paramLabel = "<name>", description = "Whom the policies are for: authenticated.")
    private String role = "authenticated";

    @Option(names = "--maintenance-role", paramLabel = "<name>", description = "A role that sees all, for migrations.")
    private String maintenanceRole;

    @Option(names = "--organization-setting", paramLabel = "<name>", description = "By default app.organization_id.")
    private String organizationSetting = "app.organization_id";

    @Option(names = "--user-setting", paramLabel = "<name>", description = "By default app.user_id.")
    private String userSetting = "app.user_id";

    @Option(
            names = "--organizations-setting",
            paramLabel = "<name>",
            description = "Holds the further organizations of a tenant that reads several.")
    private String organizationsSetting;

    @Option(
            names = "--lock-timeout",
            paramLabel = "<ms>",
            description = "How long to try for a lock, five times: 5000.")
    private long lockTimeout = 5000;

    private static final class Organizations {

        @Option(
                names = "--tenants",
                required = true,
                paramLabel = "<table>",
                description = "The table whose rows are the organizations.")
        private String table;

        @Option(
                names = "--column",
                required = true,
                paramLabel = "<column>",
                description = "Or, without such a table, the column that holds the organization.")
        private String column;
    }

    SchemaPolicies declared() {
        SchemaPolicies policies = (organizations.table != null
                        ? SchemaPolicies.tenants(organizations.table)
                        : SchemaPolicies.column(organizations.column))
                .schema(schema)
                .global(global.toArray(String[]::new))
                .shared(shared.toArray(String[]::new))
                .ownColumn(ownColumns.toArray(String[]::new))
                .role(role)
                .organizationSetting(organizationSetting)
                .userSetting(userSetting)
                .lockTimeout(Duration.ofMillis(lockTimeout));
        for (String table : members) {
            policies = policies.members(table);
        }
        for (Map.Entry<String, String> answer : through.entrySet()) {
            policies = policies.through(answer.getKey(), answer.getValue().split(",", -1));
        }
        if (organizationsSetting != null) {
            policies = policies.organizationsSetting(organizationsSetting);
        }
        if (ownColumnCalled != null) {
            policies = policies.ownColumnCalled(ownColumnCalled);
        }
        return maintenanceRole == null ? policies : policies.maintenanceRole(maintenanceRole);
    }

    String organizationSetting() {
        return organizationSetting;
    }

    String organizationColumn() {
        return organizations.column == null ? "organization_id" : organizations.column;
    }

    List<String> global() {
        return global;
    }

    List<String> members() {
        return members;
    }

    String schema() {
        return schema;
    }
}
