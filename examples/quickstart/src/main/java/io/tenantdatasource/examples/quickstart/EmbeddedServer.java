package io.tenantdatasource.examples.quickstart;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL of the demo's own, from a jar. Gone after the run, data and all. */
final class EmbeddedServer implements Server {

    private final EmbeddedPostgres process;

    private EmbeddedServer(EmbeddedPostgres process) {
        this.process = process;
    }

    static EmbeddedServer start() throws QuickstartException {
        try {
            return new EmbeddedServer(EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(binaries())
                    .start());
        } catch (IOException | RuntimeException e) {
            throw new QuickstartException(
                    "The embedded PostgreSQL did not start (" + e.getMessage()
                            + "); run it against one of your own: -Dexec.args=\"--url jdbc:postgresql://...\".",
                    e);
        }
    }

    /** One directory a user: nobody can write to what another one has unpacked. */
    private static File binaries() {
        return new File(
                System.getProperty("java.io.tmpdir"),
                "tenant-datasource-quickstart-" + System.getProperty("user.name"));
    }

    @Override
    public PGSimpleDataSource administrator() {
        PGSimpleDataSource administrator = new PGSimpleDataSource();
        administrator.setURL(process.getJdbcUrl("postgres", "postgres"));
        administrator.setUser("postgres");
        return administrator;
    }

    @Override
    public Names names() {
        return Names.plain();
    }

    @Override
    public String description() {
        return "embedded, on port " + process.getPort() + " for this run only";
    }

    @Override
    public boolean outlivesTheRun() {
        return false;
    }

    @Override
    public void close() {
        try {
            process.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded PostgreSQL did not stop", e);
        }
    }
}
