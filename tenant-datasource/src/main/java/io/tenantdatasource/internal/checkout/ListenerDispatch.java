package io.tenantdatasource.internal.checkout;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantDataSourceListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells all listeners, and lets none of them do harm. */
public final class ListenerDispatch implements TenantDataSourceListener {

    private static final Logger LOG = LoggerFactory.getLogger("io.tenantdatasource.TenantDataSource");

    private final List<TenantDataSourceListener> listeners;

    /**
     * Copies the list.
     *
     * @param listeners in the order in which they are told
     */
    public ListenerDispatch(List<TenantDataSourceListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void bound(Optional<Tenant> tenant, Duration took) {
        tell(listener -> listener.bound(tenant, took));
    }

    @Override
    public void reset(Optional<Tenant> tenant, Duration took) {
        tell(listener -> listener.reset(tenant, took));
    }

    @Override
    public void missingTenant() {
        tell(TenantDataSourceListener::missingTenant);
    }

    @Override
    public void switchRefused(Optional<Tenant> checkedOutFor, Tenant current) {
        tell(listener -> listener.switchRefused(checkedOutFor, current));
    }

    @Override
    public void poolerDetected() {
        tell(TenantDataSourceListener::poolerDetected);
    }

    @Override
    public void destroyed(Optional<Tenant> tenant, Throwable cause) {
        tell(listener -> listener.destroyed(tenant, cause));
    }

    private void tell(Consumer<TenantDataSourceListener> event) {
        for (TenantDataSourceListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (Throwable failure) {
                LOG.warn(
                        "{} threw; the connection goes on without it",
                        listener.getClass().getName(),
                        failure);
            }
        }
    }
}
