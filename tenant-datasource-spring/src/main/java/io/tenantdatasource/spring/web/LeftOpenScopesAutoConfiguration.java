package io.tenantdatasource.spring.web;

import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Closes scopes of {@link io.tenantdatasource.TenantContext} that somebody has left open on a thread of the servlet container, before a
 * request begins and after it has ended, and logs a warning. Whoever tells the tenant: an application's own filters too.
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({FilterRegistrationBean.class, OncePerRequestFilter.class})
@ConditionalOnProperty(name = "tenant-datasource.enabled", matchIfMissing = true)
public final class LeftOpenScopesAutoConfiguration {

    LeftOpenScopesAutoConfiguration() {}

    /** Around all others. */
    @Bean
    static FilterRegistrationBean<LeftOpenScopesFilter> leftOpenScopesFilter() {
        FilterRegistrationBean<LeftOpenScopesFilter> registration =
                new FilterRegistrationBean<>(new LeftOpenScopesFilter());
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        return registration;
    }
}
