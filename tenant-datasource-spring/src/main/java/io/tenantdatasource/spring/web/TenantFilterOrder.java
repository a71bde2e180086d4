package io.tenantdatasource.spring.web;

import org.springframework.core.env.Environment;

/**
 * Where a request's tenant becomes known among the filters, in servlet applications and on WebFlux. An application's own
 * filters that use the database have an order above the one that its tenant comes from.
 */
public final class TenantFilterOrder {

    /**
     * Where the tenant is known that the request itself tells, by a header, a cookie or a {@link RequestTenantResolver}: right
     * before Spring Session's {@code SessionRepositoryFilter}, which is at {@code Integer.MIN_VALUE + 50} and loads the
     * session from the database when it is first asked for it.
     */
    public static final int BEFORE_SESSION = Integer.MIN_VALUE + 40;

    /**
     * Where the tenant is known that the authentication tells: right after Spring Security, which is at -100. In a servlet
     * application that sets {@code spring.security.filter.order}, one more than that.
     */
    public static final int AFTER_SECURITY = -99;

    private TenantFilterOrder() {}

    static int afterSecurity(Environment environment) {
        Integer security = environment.getProperty("spring.security.filter.order", Integer.class);
        return security == null ? AFTER_SECURITY : security + 1;
    }
}
