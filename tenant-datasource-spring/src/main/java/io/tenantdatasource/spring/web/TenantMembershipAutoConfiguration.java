package io.tenantdatasource.spring.web;

import io.tenantdatasource.TenantResolver;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Who is a member of the organization that a request runs for: the application's {@link TenantMembership} bean, or the query in
 * {@code tenant-datasource.tenant.membership.query}. Without either, nobody is asked.
 */
@AutoConfiguration(after = TenantDataSourceAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnProperty(name = "tenant-datasource.enabled", matchIfMissing = true)
@EnableConfigurationProperties(TenantProperties.class)
public final class TenantMembershipAutoConfiguration {

    TenantMembershipAutoConfiguration() {}

    @Bean
    @ConditionalOnProperty(prefix = TenantProperties.PREFIX, name = TenantProperties.MEMBERSHIP)
    @ConditionalOnMissingBean
    static TenantMembership queriedTenantMembership(
            TenantProperties properties, ObjectProvider<DataSource> dataSources) {
        return new QueriedMembership(properties.membership().query(), dataSources::getObject);
    }

    /** A resolver of the application's may know the tenant later than the filters that would ask. */
    @Bean
    static SmartInitializingSingleton tenantMembershipCheck(ListableBeanFactory beans) {
        return () -> {
            List<String> memberships = List.of(beans.getBeanNamesForType(TenantMembership.class, true, false));
            List<String> resolvers = List.of(beans.getBeanNamesForType(TenantResolver.class, true, false));
            if (!memberships.isEmpty() && !resolvers.isEmpty()) {
                throw new MisconfigurationException(
                        "The TenantMembership " + memberships + " would not be asked, as the TenantResolver "
                                + resolvers + " decides alone who the tenant is, and when.",
                        "Ask it there and remove the bean; or tell the tenant by " + TenantProperties.PREFIX
                                + ".* or a RequestTenantResolver bean.");
            }
        };
    }
}
