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

    /** By the driver's connection, for as long as that lives. */
    private final Map<Connection, Session> sessions = Collections.synchronizedMap(new WeakHashMap<>());

    private record Session(Lease lease, ExpectedSession expected, LocalSettings settings) {}

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
        Session session = sessions.get(driver.driver());
        if (session == null) {
            session = seenFirst(checked, driver);
            sessions.put(driver.driver(), session);
        }
        Telling telling = new Telling(checked, session.settings(), session.expected());
        return new TransactionTeller(checked, driver, telling, marks, session.lease());
    }

    /** What is found behind a pooler was somebody else's before: it may have a role that they have left. */
    private Session seenFirst(CheckedConnection checked, DriverConnection driver) throws SQLException {
        AtConnect atConnect = checked.atConnect();
        Inventory inventory = atConnect.inventory();
        boolean isOwn = inventory.process() == driver.process();
        ExpectedSession expected = isOwn
                ? new ExpectedSession(inventory.role(), inventory.user(), atConnect.tenantDefaults())
                : ExpectedSession.afterLogin(checked.physical(), checked.settings());
        LocalSettings local = settings.computeIfAbsent(
                expected, e -> new LocalSettings(tenantNames, assumedRole, e, marks.leftover()));
        return new Session(isOwn ? Lease.OWN : Lease.POOLED, expected, local);
    }
}
