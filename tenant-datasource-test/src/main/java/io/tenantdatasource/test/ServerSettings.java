package io.tenantdatasource.test;

import java.util.Optional;
import java.util.function.UnaryOperator;

/** Which server the tests run on, as system properties say. */
record ServerSettings(UnaryOperator<String> properties) {

    static final String URL = "tenant-datasource.test.url";
    static final String USER = "tenant-datasource.test.user";
    static final String PASSWORD = "tenant-datasource.test.password";
    static final String SERVER = "tenant-datasource.test.server";
    static final String IMAGE = "tenant-datasource.test.image";
    static final String BINARIES = "tenant-datasource.test.binaries.";

    static ServerSettings ofThisJvm() {
        return new ServerSettings(System::getProperty);
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(properties.apply(name));
    }

    ServerKind kind() {
        if (get(URL).isPresent()) {
            return ServerKind.OWN;
        }
        String server = get(SERVER).orElse("embedded");
        return switch (server) {
            case "embedded" -> ServerKind.EMBEDDED;
            case "container" -> ServerKind.CONTAINER;
            default ->
                throw new IllegalStateException("-D" + SERVER + "=" + server
                        + " is unknown: write embedded or container, or name a server of your own by -D" + URL);
        };
    }

    /** Where the server comes from. */
    enum ServerKind {
        EMBEDDED,
        CONTAINER,
        OWN
    }
}
