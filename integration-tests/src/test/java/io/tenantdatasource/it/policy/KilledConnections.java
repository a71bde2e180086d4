package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.wire.Wire;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

/** Connections of an owner that are lost as soon as a number of statements have been sent on them. */
final class KilledConnections {

    /** What is done over them. */
    interface Step {
        void run(DataSource owner) throws SQLException;
    }

    private KilledConnections() {}

    /**
     * Returns when the server knows of the loss too.
     *
     * @param statements how many the server sees, those by which the driver begins and ends transactions included
     * @return false if {@code step} sent no more than that
     */
    static boolean isKilledAfter(int statements, ReviewedDatabase database, Step step) {
        PGSimpleDataSource owner = database.owner();
        owner.setPreferQueryMode(PreferQueryMode.SIMPLE); // a script of several statements is sent, and lost, as one
        AtomicInteger left = new AtomicInteger(statements);
        try (Wire wire = Wire.before(owner)) {
            wire.cutAt(sql -> left.getAndDecrement() == 0);
            step.run(owner);
            return false;
        } catch (SQLException killed) {
            assertThat(killed.getSQLState()).as("%s", killed.getMessage()).isIn("57P01", "08006", "08003");
            return true;
        } finally {
            database.asAdministrator("select pg_terminate_backend(pid, 10000) from pg_stat_activity"
                    + " where datname = current_database() and usename = '" + owner.getUser() + "'");
        }
    }
}
