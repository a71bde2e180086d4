package io.tenantdatasource.spring.web;

import io.tenantdatasource.TenantResolver;
import io.tenantdatasource.spring.CurrentTenant;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import io.tenantdatasource.spring.internal.MisconfigurationException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;
import reactor.core.publisher.Mono;

/**
 * The tenant of a request to a WebFlux application: in Reactor's context, from where automatic context propagation opens a
 * scope on each thread that works for the request. Without that, the application does not start. A {@link TenantResolver}
 * bean switches it off.
 */
@AutoConfiguration(after = {TenantDataSourceAutoConfiguration.class, AuthenticatedTenantAutoConfiguration.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass({WebFilter.class, Mono.class})
@ConditionalOnProperty(name = "tenant-datasource.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(TenantResolver.class)
@EnableConfigurationProperties(TenantProperties.class)
public final class ReactiveTenantAutoConfiguration {

    ReactiveTenantAutoConfiguration(TenantProperties properties) {
        if (properties.sessionCookie() != null) {
            throw new MisconfigurationException(
                    TenantProperties.PREFIX + "." + TenantProperties.COOKIE
                            + " is set, but this is a WebFlux application, and looking up a token blocks.",
                    "Remove it, and tell the tenant by the authentication (.jwt, .principal) or a header.");
        }
    }

    @Bean
    @ConditionalOnProperty(prefix = TenantProperties.PREFIX, name = TenantProperties.HEADER)
    static TenantWebFilter tenantOfHeaderWebFilter(
            TenantProperties properties,
            Environment environment,
            ObjectProvider<ForwardedHeaderTransformer> transformers) {
        ForwardedAddresses.requireNone(environment);
        ForwardedAddresses.requireNone(transformers.stream());
        TenantProperties.Header header = properties.header();
        return new HeaderTenantWebFilter(header.names(), new Gateway(header.gateway()));
    }

    @Bean
    @ConditionalOnBean(AuthenticatedTenant.class)
    static TenantWebFilter tenantOfAuthenticationWebFilter(
            AuthenticatedTenant tenant,
            ObjectProvider<TenantMembership> memberships,
            ObjectProvider<CurrentTenant> tenants) {
        return new AuthenticatedTenantWebFilter(tenant, MemberWebFilter.of(memberships, tenants));
    }

    @Bean
    @ConditionalOnBean(TenantWebFilter.class)
    static ContextPropagation tenantContextPropagation() {
        return new ContextPropagation();
    }
}
