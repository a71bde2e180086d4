package io.tenantdatasource.spring.web;

import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/** Whoever is authenticated on the running thread: by the strategy that is a bean, which Spring Security goes by too. */
final class CurrentAuthentication implements Supplier<Authentication> {

    private final ObjectProvider<SecurityContextHolderStrategy> strategies;

    CurrentAuthentication(ObjectProvider<SecurityContextHolderStrategy> strategies) {
        this.strategies = strategies;
    }

    @Override
    public Authentication get() {
        SecurityContext context = strategies
                .getIfAvailable(SecurityContextHolder::getContextHolderStrategy)
                .getContext();
        return context.getAuthentication();
    }
}
