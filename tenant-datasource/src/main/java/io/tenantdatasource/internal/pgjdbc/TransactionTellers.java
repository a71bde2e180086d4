package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.binding.AtConnect;
import io.tenantdatasource.internal.binding.CheckedConnection;
import io.tenantdatasource.internal.binding.Inventory;
import io.tenantdatasource.internal.binding.Lease;
import io.tenantdatasource.internal.binding.Teller;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/** Makes what tells the transactions of pgjdbc's connections. */
public final class TransactionTellers {

    private final List<String> tenantNames;
    private final Optional<String> assumedRole;

    private final Marks marks = Marks.ofOneDataSource();
    private final Map<ExpectedSession, LocalSettings> settings = new ConcurrentHashMap<>();
    private final Map<Connection, ExpectedSession> behindPooler = Collections.synchronizedMap(new WeakHashMap<>());

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
        Optional<DriverConnection> driver = DriverConnection.of(checked.physical());
        return driver.isPresent() ? Optional.of(of(checked, driver.get())) : Optional.empty();
    }

    private Teller of(CheckedConnection checked, DriverConnection driver) throws SQLException {
        boolean isOwn = checked.atConnect().inventory().process() == driver.process();
        ExpectedSession expected = isOwn ? atConnect(checked.atConnect()) : behindPooler(checked, driver);
        LocalSettings local = settings.computeIfAbsent(
                expected, e -> new LocalSettings(tenantNames, assumedRole, e, marks.leftover()));
        Telling telling = new Telling(checked, local, expected);
        return new TransactionTeller(checked, driver, telling, marks, isOwn ? Lease.OWN : Lease.POOLED);
    }

    private static ExpectedSession atConnect(AtConnect atConnect) {
        Inventory inventory = atConnect.inventory();
        return new ExpectedSession(inventory.role(), inventory.user(), atConnect.tenantDefaults());
    }

    /** What was seen first was somebody else's before: it may have a role that they have left. */
    private ExpectedSession behindPooler(CheckedConnection checked, DriverConnection driver) throws SQLException {
        ExpectedSession known = behindPooler.get(driver.driver());
        if (known == null) {
            known = ExpectedSession.afterLogin(checked.physical(), checked.settings());
            behindPooler.put(driver.driver(), known);
        }
        return known;
    }
}
