package io.tenantdatasource.examples.quickstart;

import org.postgresql.ds.PGSimpleDataSource;

/** The PostgreSQL that the demo runs on. */
interface Server extends AutoCloseable {

    /** Connects as the user who creates things; a new data source each time, to be changed at will. */
    PGSimpleDataSource administrator();

    /** Names that are free on this server. */
    Names names();

    String description();

    /** Whether what a run creates has to be removed again. */
    boolean outlivesTheRun();

    @Override
    void close();
}
