package io.tenantdatasource.test.wire;

import java.util.regex.Pattern;

/** The statements by which a {@code TenantDataSource} binds and resets connections, told by their texts. */
enum SettingStatement {
    /** Writes the settings for the session: to bind it, or to reset it. */
    OF_SESSION,

    /** Tells the transaction that is open, or of which it is the first statement. */
    OF_TRANSACTION,

    /** Tells the session in the middle of a checkout. */
    DURING_CHECKOUT,

    /** Tries whether the driver does what is relied on. */
    OF_CHECK,

    /** Somebody else's. */
    NONE;

    /** The value that is tried. */
    static final String CHECKED_VALUE = "tenant-datasource-check";

    private static final Pattern SESSION = Pattern.compile(
            "select pg_catalog\\.set_config\\(.*, pg_catalog\\.concat_ws\\(' since ', .*", Pattern.DOTALL);
    private static final String TRANSACTION = "select 1 where pg_catalog.concat(pg_catalog.set_config(";
    private static final String CHECKOUT = "select pg_catalog.pg_backend_pid(), pg_catalog.set_config(";
    private static final Pattern CHECK =
            Pattern.compile("select pg_catalog\\.current_setting\\('[A-Za-z0-9_.]+', true\\)");

    static SettingStatement of(String sql) {
        if (sql.startsWith(TRANSACTION)) {
            return OF_TRANSACTION;
        }
        if (sql.startsWith(CHECKOUT)) {
            return DURING_CHECKOUT;
        }
        if (SESSION.matcher(sql).matches()) {
            return OF_SESSION;
        }
        return CHECK.matcher(sql).matches() ? OF_CHECK : NONE;
    }
}
