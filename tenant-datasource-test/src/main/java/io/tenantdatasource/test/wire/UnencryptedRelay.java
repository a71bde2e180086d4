package io.tenantdatasource.test.wire;

import org.postgresql.ds.PGSimpleDataSource;

/** A relay that can read what goes through it. */
final class UnencryptedRelay {

    private static final String DISABLE = "disable";

    private UnencryptedRelay() {}

    static Relay before(PGSimpleDataSource dataSource, String name, Relay.Medium medium) {
        dataSource.setSslMode(DISABLE);
        dataSource.setGssEncMode(DISABLE);
        return Relay.before(dataSource, name, medium);
    }
}
