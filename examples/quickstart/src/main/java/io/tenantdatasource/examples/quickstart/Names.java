package io.tenantdatasource.examples.quickstart;

import java.util.Map;
import java.util.UUID;

/** What the things that a run creates are called. Lower-case letters, digits and underscores only. */
record Names(String schema, String role, String applicationUser) {

    /** For a server that nobody else uses. */
    static Names plain() {
        return new Names("quickstart", "authenticated", "quickstart_app");
    }

    /** For a server that has other things on it: no run meets anything that is there already. */
    static Names uniqueToThisRun() {
        String run = UUID.randomUUID().toString().substring(24);
        return new Names("quickstart_" + run, "quickstart_authenticated_" + run, "quickstart_app_" + run);
    }

    Map<String, String> asVariables() {
        return Map.of("schema", schema, "role", role, "application_user", applicationUser);
    }
}
