package io.tenantdatasource.spring.web;

import io.tenantdatasource.TenantResolver;
import io.tenantdatasource.spring.FallbackTenantResolver;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.oauth2.core.ClaimAccessor;

/**
 * The tenant of whoever Spring Security has authenticated: by {@code tenant-datasource.tenant.jwt} or {@code .principal}.
 * Where no scope is open, connections ask for it themselves, such as those of handlers of a log-in. A {@link TenantResolver}
 * bean switches it off.
 */
@AutoConfiguration(after = TenantDataSourceAutoConfiguration.class)
@ConditionalOnClass(Authentication.class)
@ConditionalOnProperty(name = "tenant-datasource.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(TenantResolver.class)
@EnableConfigurationProperties(TenantProperties.class)
public final class AuthenticatedTenantAutoConfiguration {

    AuthenticatedTenantAutoConfiguration() {}

    @Bean
    @ConditionalOnProperty(prefix = TenantProperties.PREFIX, name = TenantProperties.CLAIM)
    @ConditionalOnClass(ClaimAccessor.class)
    static AuthenticatedTenant tenantOfClaim(TenantProperties properties) {
        return new AuthenticatedTenant(properties.jwt().names(), new ClaimValues());
    }

    @Bean
    @ConditionalOnProperty(prefix = TenantProperties.PREFIX, name = TenantProperties.PROPERTY)
    static AuthenticatedTenant tenantOfPrincipal(TenantProperties properties) {
        return new AuthenticatedTenant(properties.principal().names(), new PropertyValues());
    }

    @Bean
    static CurrentAuthentication currentAuthentication(ObjectProvider<SecurityContextHolderStrategy> strategies) {
        return new CurrentAuthentication(strategies);
    }

    @Bean
    static AuthenticatedUser authenticatedUser(CurrentAuthentication current) {
        return () -> {
            Authentication authentication = current.get();
            return AuthenticatedTenant.isSomebody(authentication) ? authentication : null;
        };
    }

    @Bean
    @ConditionalOnBean(AuthenticatedTenant.class)
    static FallbackTenantResolver tenantOfAuthentication(AuthenticatedTenant tenant, CurrentAuthentication current) {
        return () -> {
            try {
                return tenant.of(current.get());
            } catch (RefusedRequestException e) {
                throw new AccessDeniedException(e.getMessage(), e);
            }
        };
    }
}
