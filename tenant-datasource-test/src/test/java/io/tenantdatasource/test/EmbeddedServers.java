package io.tenantdatasource.test;

import java.util.HashMap;
import java.util.Map;

/** Embedded servers besides the one that all other tests share, also where that is one of one's own. */
final class EmbeddedServers {

    static final SharedServers OF_ALL_MAJORS = new SharedServers(embedded());

    private EmbeddedServers() {}

    /** With the binaries that the build has fetched. */
    private static ServerSettings embedded() {
        return new ServerSettings(name -> name.startsWith(ServerSettings.BINARIES) ? System.getProperty(name) : null);
    }

    static ServerSettings settings(String... namesAndValues) {
        Map<String, String> properties = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new ServerSettings(properties::get);
    }

    /** As a server of one's own. */
    static ServerSettings asOwnServer(String... furtherNamesAndValues) {
        String url =
                OF_ALL_MAJORS.of(SharedServers.ANY_MAJOR).dataSource("postgres").getURL();
        ServerSettings further = settings(furtherNamesAndValues);
        return new ServerSettings(name -> name.equals(ServerSettings.URL)
                ? url
                : further.get(name).orElse(name.equals(ServerSettings.USER) ? "postgres" : null));
    }
}
