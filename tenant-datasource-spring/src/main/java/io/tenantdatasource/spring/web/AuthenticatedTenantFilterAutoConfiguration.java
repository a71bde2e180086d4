package io.tenantdatasource.spring.web;

import io.tenantdatasource.spring.CurrentTenant;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.core.Authentication;
import org.springframework.web.filter.OncePerRequestFilter;

/** Opens a scope for the tenant of the authentication, right after Spring Security's filters. */
@AutoConfiguration(after = AuthenticatedTenantAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({FilterRegistrationBean.class, OncePerRequestFilter.class, Authentication.class})
@ConditionalOnBean(AuthenticatedTenant.class)
public final class AuthenticatedTenantFilterAutoConfiguration {

    AuthenticatedTenantFilterAutoConfiguration() {}

    @Bean
    static FilterRegistrationBean<AuthenticatedTenantFilter> authenticatedTenantFilter(
            AuthenticatedTenant tenant,
            CurrentAuthentication current,
            ObjectProvider<TenantMembership> memberships,
            ObjectProvider<AuthenticatedUser> authenticated,
            ObjectProvider<CurrentTenant> tenants,
            Environment environment) {
        FilterRegistrationBean<AuthenticatedTenantFilter> registration = new FilterRegistrationBean<>(
                new AuthenticatedTenantFilter(tenant, current, MemberFilter.of(memberships, authenticated, tenants)));
        registration.setOrder(TenantFilterOrder.afterSecurity(environment));
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        return registration;
    }
}
