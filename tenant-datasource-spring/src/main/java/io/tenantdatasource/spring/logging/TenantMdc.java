package io.tenantdatasource.spring.logging;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantContextListener;
import java.util.Optional;
import org.slf4j.MDC;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/** Keeps two keys of the MDC what the tenant of the thread is. They are this class's own: what else sets them is lost. */
final class TenantMdc implements TenantContextListener, InitializingBean, DisposableBean {

    private final String organizationKey;
    private final String userKey;

    TenantMdc(TenantLoggingProperties properties) {
        this.organizationKey = properties.organizationKey();
        this.userKey = properties.userKey();
    }

    @Override
    public void afterPropertiesSet() {
        TenantContext.addListener(this);
    }

    @Override
    public void changed(Optional<Tenant> current) {
        put(organizationKey, current.map(Tenant::organizationId));
        put(userKey, current.map(Tenant::userId));
    }

    private static void put(String key, Optional<String> value) {
        value.ifPresentOrElse(present -> MDC.put(key, present), () -> MDC.remove(key));
    }

    @Override
    public void destroy() {
        TenantContext.removeListener(this);
    }
}
