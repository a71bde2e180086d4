package io.tenantdatasource.spring.web;

import io.tenantdatasource.spring.CurrentTenant;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/**
 * Asks the {@link TenantMembership} bean where the request alone tells its tenant. Where the authentication does, the filter
 * that knows it asks.
 */
@AutoConfiguration(after = {TenantMembershipAutoConfiguration.class, AuthenticatedTenantAutoConfiguration.class})
@ConditionalOnBean(TenantMembership.class)
@ConditionalOnMissingBean(AuthenticatedTenant.class)
public final class MemberFilterAutoConfiguration {

    MemberFilterAutoConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    @ConditionalOnClass(FilterRegistrationBean.class)
    static class OfServlets {

        @Bean
        static FilterRegistrationBean<Filter> tenantMemberFilter(
                ObjectProvider<TenantMembership> memberships,
                ObjectProvider<AuthenticatedUser> authenticated,
                ObjectProvider<CurrentTenant> tenants,
                Environment environment) {
            FilterRegistrationBean<Filter> registration =
                    new FilterRegistrationBean<>(MemberFilter.of(memberships, authenticated, tenants));
            registration.setOrder(TenantFilterOrder.afterSecurity(environment));
            registration.setDispatcherTypes(
                    EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
            return registration;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    @ConditionalOnClass({WebFilter.class, Mono.class})
    static class OfWebFlux {

        @Bean
        static WebFilter tenantMemberWebFilter(
                ObjectProvider<TenantMembership> memberships, ObjectProvider<CurrentTenant> tenants) {
            return MemberWebFilter.of(memberships, tenants);
        }
    }
}
