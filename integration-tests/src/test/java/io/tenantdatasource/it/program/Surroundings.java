package io.tenantdatasource.it.program;

import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.it.Pool;
import io.tenantdatasource.it.pooler.PgBouncer;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a program runs.
 *
 * @param assumesRole whether the wrapper assumes a role
 * @param pooler whether PgBouncer lends a session to each transaction
 * @param driver properties of pgjdbc
 */
record Surroundings(Pool pool, TenantBinding binding, boolean assumesRole, boolean pooler, Map<String, String> driver) {

    Surroundings {
        driver = Map.copyOf(driver);
    }

    /** The properties that change what the driver sends, and their values besides the defaults. */
    static final Map<String, List<String>> DRIVER_PROPERTIES = new TreeMap<>(Map.of(
            "preferQueryMode", List.of("simple", "extendedForPrepared", "extendedCacheEverything"),
            "prepareThreshold", List.of("-1", "0", "1"),
            "autosave", List.of("always", "conservative"),
            "binaryTransfer", List.of("false"),
            "stringtype", List.of("unspecified"),
            "reWriteBatchedInserts", List.of("true"),
            "defaultRowFetchSize", List.of("1", "2"),
            "adaptiveFetch", List.of("true"),
            "cleanupSavepoints", List.of("true"),
            "preparedStatementCacheQueries", List.of("0", "2")));

    /** Opens the pool over a server, of which the driver's data source is changed. */
    DataSource open(PGSimpleDataSource server) throws SQLException {
        for (Map.Entry<String, String> property : driver.entrySet()) {
            server.setProperty(property.getKey(), property.getValue());
        }
        if (pooler) {
            server.setPrepareThreshold(0);
            PgBouncer.shared().before(server);
        }
        return pool.over(server);
    }
}
