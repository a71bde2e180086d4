package io.tenantdatasource.internal.binding;

import io.tenantdatasource.internal.jdbc.BoundStatement;
import io.tenantdatasource.internal.jdbc.Call;
import io.tenantdatasource.internal.jdbc.JdbcCall;
import java.lang.reflect.Method;
import java.sql.SQLException;

/** Tells the server the tenant of one checkout, at the latest before the first statement that could show a row. */
public interface Teller {

    /**
     * A connection was borrowed: what it has open is rolled back, and the session is told now, or with its transactions.
     *
     * @throws SQLException if that failed
     */
    void atCheckout() throws SQLException;

    /** As {@link io.tenantdatasource.internal.jdbc.Binding#statement}. */
    BoundStatement statement(Method creation, Object[] args) throws Throwable;

    /** As {@link io.tenantdatasource.internal.jdbc.Binding#connectionCall}. */
    Object connectionCall(JdbcCall.Kind kind, Method method, Object[] args) throws Throwable;

    /** As {@link io.tenantdatasource.internal.jdbc.Binding#driverCall}. */
    Object driverCall(JdbcCall.Kind kind, Call call) throws Throwable;

    /** As {@link io.tenantdatasource.internal.jdbc.Binding#beforeFetch}. */
    void beforeFetch() throws SQLException;

    /** A call has failed: with it the driver may have gone back to a savepoint of its own. */
    void failed();

    /** As {@link io.tenantdatasource.internal.jdbc.Binding#unwrapping}. */
    boolean unwrapping();

    /** As {@link io.tenantdatasource.internal.jdbc.Binding#tellBeforeUnwrap}. */
    void tellBeforeUnwrap() throws SQLException;

    /** Who knows, and what may have been left behind. */
    BindingState state();

    /** What {@link SessionSettings} calls the session that was told; null if none was. */
    String session();
}
