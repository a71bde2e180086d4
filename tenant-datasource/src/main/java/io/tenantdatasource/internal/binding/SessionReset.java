package io.tenantdatasource.internal.binding;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Brings a session back to what it was at connect, as far as the checkout may have changed it, and looks whether it is.
 *
 * <p>{@code DISCARD ALL}, {@code RESET ALL} and {@code DEALLOCATE ALL} would take away what the pool has set at connect, and
 * what the driver has prepared; so what is undone is named.
 */
public final class SessionReset {

    private static final String OUR_OWN = Inventory.OUR_OWN;
    private static final String NO_ROLE = "none";

    private final Connection physical;
    private final SessionSettings settings;
    private final AtConnect atConnect;

    /**
     * For one return.
     *
     * @param checked the connection that goes back
     */
    public SessionReset(CheckedConnection checked) {
        this.physical = checked.physical();
        this.settings = checked.settings();
        this.atConnect = checked.atConnect();
    }

    /**
     * Rolls back what is open, and takes back what was left.
     *
     * @param state of the binding, at the end of the checkout
     * @return what {@link SessionSettings} calls the session, or null if the server was not asked
     * @throws SQLException if that failed, or the session is not as it was
     */
    public String run(BindingState state) throws SQLException {
        boolean autoCommit = physical.getAutoCommit();
        SessionSettings.rollBack(physical);
        String session = takeBack(state);
        physical.setAutoCommit(autoCommit);
        return session;
    }

    private String takeBack(BindingState state) throws SQLException {
        if (state.lease() == Lease.POOLED || state.trace() == Trace.NONE) {
            return null; // nothing was told to a session, and a pooler's could not be reached
        }
        if (state.trace() == Trace.TENANT) {
            return clearAndLook();
        }
        return cleanAll();
    }

    private String clearAndLook() throws SQLException {
        Inventory before = atConnect.inventory();
        Written now = settings.clear(physical, before);
        if (now == null || !before.isKnown() || !now.session().equals(before.session())) {
            return now == null ? null : now.session(); // a pooler's, as whoever compares will see
        }
        boolean isAsBefore = now.role().equals(before.worksAs())
                && (!now.holdsMore() || Inventory.of(physical).equals(before));
        return isAsBefore ? now.session() : cleanAll();
    }

    private String cleanAll() throws SQLException {
        if (!atConnect.inventory().isKnown()) {
            throw new SQLException(
                    "What the session was at connect is not known, as the driver gave no result", "55006");
        }
        Inventory now = clean();
        require(now);
        if (atConnect.isWhole()) {
            new SettingsReset(physical, atConnect.settings()).run();
        }
        return now.session();
    }

    /** All in one round trip; the last statement tells what the session is now. */
    private Inventory clean() throws SQLException {
        List<String> cleaning = cleaning();
        try (Statement statement = physical.createStatement()) {
            Inventory now = null;
            boolean isResultSet = statement.execute(String.join(";", cleaning));
            for (int i = 0; i <= cleaning.size() && (isResultSet || statement.getUpdateCount() != -1); i++) {
                if (isResultSet) {
                    now = read(statement.getResultSet());
                }
                isResultSet = statement.getMoreResults();
            }
            if (now == null) {
                throw new SQLException("The server did not say what the session is after its reset", "XX000");
            }
            return now;
        }
    }

    private List<String> cleaning() {
        Inventory before = atConnect.inventory();
        List<String> statements = new ArrayList<>();
        // UNLISTEN takes effect when its transaction commits, and the look comes after that. A timeout of the user's is
        // theirs.
        statements.add(OUR_OWN + "begin");
        statements.add(OUR_OWN + "set local statement_timeout to 0");
        // What the pool has made at connect is not told from what the checkout has: it stays, and has to be all there
        // is.
        if (before.cursors().isEmpty()) {
            statements.add(OUR_OWN + "close all");
        }
        if (before.channels().isEmpty()) {
            statements.add(OUR_OWN + "unlisten *");
        }
        if (before.temporary().isEmpty()) {
            statements.add(OUR_OWN + "discard temp");
        }
        // The first takes the second back, and both take rights away. One statement alone gives rows: pgjdbc mixes up
        // the
        // formats of several in one string where it describes each (prepareThreshold=-1).
        statements.add(OUR_OWN + "set session authorization " + SqlName.of(before.user()));
        statements.add(OUR_OWN + "set role " + (before.role().equals(NO_ROLE) ? NO_ROLE : SqlName.of(before.role())));
        settings.tenantNames().forEach(name -> statements.add(OUR_OWN + "set " + SqlName.ofSetting(name) + " to ''"));
        statements.add(OUR_OWN + "commit");
        statements.add(OUR_OWN + "begin");
        statements.add(OUR_OWN + "set local statement_timeout to 0");
        statements.add(Inventory.QUERY + tenantColumn());
        statements.add(OUR_OWN + "commit");
        if (atConnect.isWhole()) {
            statements.add(OUR_OWN + "set statement_timeout to 0"); // brought back with all other settings
        }
        return statements;
    }

    private String tenantColumn() {
        return settings.tenantNames().stream()
                .map(name -> "pg_catalog.current_setting('" + name + "',true)")
                .collect(Collectors.joining(",", ", pg_catalog.concat(", ")"));
    }

    private static Inventory read(ResultSet result) throws SQLException {
        Inventory now = Inventory.read(result);
        if (!result.getString(Inventory.COLUMN_COUNT + 1).isEmpty()) {
            throw new SQLException("The session still has a tenant after its reset", "XX000");
        }
        return now;
    }

    private void require(Inventory now) throws SQLException {
        Inventory before = atConnect.inventory();
        if (now.session().equals(before.session()) && !now.equals(before)) {
            throw new SQLException(
                    "What the session holds after its reset is not what it held when the connection was new: "
                            + now.differenceTo(before)
                            + ". If the pool makes such things at connect, a checkout must leave none of its own",
                    "55006");
        }
    }
}
