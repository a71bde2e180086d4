package io.tenantdatasource.spring.web;

import io.tenantdatasource.spring.internal.MisconfigurationException;
import org.springframework.beans.factory.SmartInitializingSingleton;
import reactor.core.publisher.Hooks;

/** Without it the tenant would stay in Reactor's context, and every query would see nothing. Looked at when all is set up. */
final class ContextPropagation implements SmartInitializingSingleton {

    @Override
    public void afterSingletonsInstantiated() {
        if (!Hooks.isAutomaticContextPropagationEnabled()) {
            throw new MisconfigurationException(
                    "The tenant of a request is configured below " + TenantProperties.PREFIX
                            + ", but Reactor's context does"
                            + " not reach the threads that JDBC blocks, so all queries would run for no tenant.",
                    "Set spring.reactor.context-propagation to auto, and have io.micrometer:context-propagation on the class"
                            + " path.");
        }
    }
}
