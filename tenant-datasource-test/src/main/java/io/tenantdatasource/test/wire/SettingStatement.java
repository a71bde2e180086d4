package io.tenantdatasource.test.wire;

import java.util.regex.Pattern;

/** The statements by which a {@code TenantDataSource} binds and resets connections, told by their texts. */
enum SettingStatement {
    /** Writes the settings for the session, to bind it. */
    OF_SESSION,

    /** Tells the transaction that is open, or of which it is the first statement. */
    OF_TRANSACTION,

    /** Tells the session in the middle of a checkout. */
    DURING_CHECKOUT,

    /** Looks at the session when it is seen for the first time, or brings back what was left in it. */
    AT_EITHER_END,

    /** The last of those on return, which looks whether all was brought back. */
    OF_RETURN,

    /** Somebody else's. */
    NONE;

    private static final Pattern SESSION = Pattern.compile(
            "select pg_catalog\\.set_config\\(.*, pg_catalog\\.concat_ws\\(' since ', .*", Pattern.DOTALL);
    private static final Pattern TRANSACTION = Pattern.compile(
            "select 1 from\\(select .*\\)v\\(v0.*\\)where (case when|pg_catalog\\.concat\\(pg_catalog\\.set_config\\().*",
            Pattern.DOTALL);
    private static final String CHECKOUT = "select pg_catalog.pg_backend_pid(),pg_catalog.set_config(";
    private static final String AT_END = "/*tenant-datasource*/";
    private static final Pattern RETURN = Pattern.compile(
            "/\\*tenant-datasource\\*/select (pg_catalog\\.set_config\\(.*pg_my_temp_schema|"
                    + ".*, pg_catalog\\.concat\\(pg_catalog\\.current_setting\\().*",
            Pattern.DOTALL);

    static SettingStatement of(String sql) {
        if (sql.startsWith(AT_END)) {
            return RETURN.matcher(sql).matches() ? OF_RETURN : AT_EITHER_END;
        }
        if (sql.startsWith(CHECKOUT)) {
            return DURING_CHECKOUT;
        }
        if (TRANSACTION.matcher(sql).matches()) {
            return OF_TRANSACTION;
        }
        return SESSION.matcher(sql).matches() ? OF_SESSION : NONE;
    }
}
