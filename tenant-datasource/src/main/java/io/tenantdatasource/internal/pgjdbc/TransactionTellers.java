package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.binding.AtConnect;
import io.tenantdatasource.internal.binding.CheckedConnection;
import io.tenantdatasource.internal.binding.Inventory;
import io.tenantdatasource.internal.binding.Teller;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Makes what tells the transactions of pgjdbc's connections. */
public final class TransactionTellers {

    private record WorksAs(String role, String user, List<String> tenantDefaults) {}

    private final List<String> tenantNames;
    private final Optional<String> assumedRole;

    private final Marks marks = Marks.ofOneDataSource();
    private final Map<WorksAs, LocalSettings> settings = new ConcurrentHashMap<>();

    /**
     * For one data source.
     *
     * @param tenantNames the settings of a tenant
     * @param assumedRole the role that is set with them, as the last of the values
     */
    public TransactionTellers(List<String> tenantNames, Optional<String> assumedRole) {
        this.tenantNames = tenantNames;
        this.assumedRole = assumedRole;
    }

    /**
     * Whether a connection is pgjdbc's.
     *
     * @param physical the connection of the pool
     * @return false if it is not, or the pool hides it
     * @throws SQLException if the pool could not say
     */
    public static boolean canTell(Connection physical) throws SQLException {
        return DriverConnection.of(physical).isPresent();
    }

    /**
     * Makes the teller of one checkout.
     *
     * @param checked the connection
     * @return the teller, or empty if the connection is another driver's
     * @throws SQLException if the pool could not say
     */
    public Optional<Teller> of(CheckedConnection checked) throws SQLException {
        AtConnect atConnect = checked.atConnect();
        Inventory inventory = atConnect.inventory();
        LocalSettings local = settings.computeIfAbsent(
                new WorksAs(inventory.role(), inventory.user(), atConnect.tenantDefaults()),
                worksAs -> new LocalSettings(tenantNames, assumedRole, atConnect, marks.leftover()));
        return DriverConnection.of(checked.physical())
                .map(driver -> new TransactionTeller(checked, driver, local, marks));
    }
}
