package io.tenantdatasource.internal.binding;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/** What each session was when its connection was seen first, for as long as the driver's connection lives. */
public final class KnownSessions {

    private final Map<Connection, AtConnect> known = Collections.synchronizedMap(new WeakHashMap<>());
    private final SessionSettings settings;
    private final boolean whole;

    /**
     * Knows none yet.
     *
     * @param settings what is written to them
     * @param whole whether all settings of a session are to be brought back
     */
    public KnownSessions(SessionSettings settings, boolean whole) {
        this.settings = settings;
        this.whole = whole;
    }

    /**
     * Returns what a connection's session was at connect; asks the server if it is seen for the first time.
     *
     * @param physical a connection that was just borrowed, which is idle
     * @param driver its driver's, by which it is recognised
     * @return what is to be there again when it goes back
     * @throws SQLException if the server could not say
     */
    public AtConnect of(Connection physical, Connection driver) throws SQLException {
        AtConnect atConnect = known.get(driver);
        if (atConnect == null) {
            atConnect = ask(physical);
            known.put(driver, atConnect);
        }
        return atConnect;
    }

    private AtConnect ask(Connection physical) throws SQLException {
        boolean autoCommit = physical.getAutoCommit();
        SessionSettings.rollBack(physical);
        AtConnect atConnect = new AtConnect(
                Inventory.of(physical),
                tenantDefaults(physical),
                Namesakes.in(physical),
                whole ? SettingsReset.settingsOf(physical) : Map.of());
        physical.setAutoCommit(autoCommit);
        return atConnect;
    }

    /** A tenant that is there already was left by somebody, or is a default: that comes back when it is reset. */
    private List<String> tenantDefaults(Connection physical) throws SQLException {
        List<String> values = settings.read(physical);
        if (values.stream().allMatch(String::isEmpty)) {
            return values;
        }
        settings.resetToDefaults(physical);
        return settings.read(physical);
    }
}
