package io.tenantdatasource.spring.web;

import io.tenantdatasource.TenantResolver;
import io.tenantdatasource.policy.SessionLogin;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import io.tenantdatasource.spring.internal.MisconfigurationException;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The tenant that a request itself names, known before Spring Session asks for a session: by {@code
 * tenant-datasource.tenant.header}, {@code .session-cookie}, or a {@link RequestTenantResolver} bean. More than one of them
 * stop the application from starting. A {@link TenantResolver} bean switches it off.
 */
@AutoConfiguration(after = TenantDataSourceAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({FilterRegistrationBean.class, OncePerRequestFilter.class})
@ConditionalOnProperty(name = "tenant-datasource.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(TenantResolver.class)
@EnableConfigurationProperties(TenantProperties.class)
public final class RequestTenantAutoConfiguration {

    RequestTenantAutoConfiguration() {}

    @Bean
    @ConditionalOnProperty(prefix = TenantProperties.PREFIX, name = TenantProperties.HEADER)
    static RequestTenantResolver tenantOfHeader(TenantProperties properties, Environment environment) {
        ForwardedAddresses.requireNoneFromTheServer(environment);
        TenantProperties.Header header = properties.header();
        return new HeaderTenant(header.names(), new Gateway(header.gateway()));
    }

    @Bean
    @ConditionalOnProperty(prefix = TenantProperties.PREFIX, name = TenantProperties.COOKIE)
    static RequestTenantResolver tenantOfSessionCookie(
            TenantProperties properties,
            ObjectProvider<SessionLogin> logins,
            ObjectProvider<DataSource> dataSources,
            BeanFactory beans) {
        TenantProperties.SessionCookie cookie = properties.sessionCookie();
        SessionLogin login = logins.getIfUnique(() -> {
            throw new MisconfigurationException(
                    TenantProperties.PREFIX + "." + TenantProperties.COOKIE
                            + " is set, but there is no single SessionLogin bean that could look up a token.",
                    "Declare one with the names of the table, such as"
                            + " SessionLogin.byToken(SessionPolicies.throughUsers()), and apply it once as the owner.");
        });
        return new SessionCookieTenant(
                cookie.name(),
                login,
                () -> cookie.dataSource() == null
                        ? dataSources.getObject()
                        : beans.getBean(cookie.dataSource(), DataSource.class));
    }

    @Bean
    @ConditionalOnBean(RequestTenantResolver.class)
    static FilterRegistrationBean<RequestTenantFilter> requestTenantFilter(
            ListableBeanFactory beans, TenantProperties properties) {
        FilterRegistrationBean<RequestTenantFilter> registration = new FilterRegistrationBean<>(
                new RequestTenantFilter(theOnly(beans), properties.asksTheAuthentication()));
        registration.setOrder(TenantFilterOrder.BEFORE_SESSION);
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        return registration;
    }

    private static RequestTenantResolver theOnly(ListableBeanFactory beans) {
        List<String> names = Stream.of(beans.getBeanNamesForType(RequestTenantResolver.class))
                .toList();
        if (names.size() > 1) {
            throw new MisconfigurationException(
                    "Several beans tell the tenant of a request: " + String.join(", ", names) + ".",
                    "Leave one RequestTenantResolver, which may ask the others; of " + TenantProperties.PREFIX
                            + ", .header and .session-cookie make one each.");
        }
        return beans.getBean(names.get(0), RequestTenantResolver.class);
    }
}
