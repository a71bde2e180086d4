package io.tenantdatasource.springweb.configuration;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.spring.web.AuthenticatedTenantAutoConfiguration;
import io.tenantdatasource.spring.web.AuthenticatedTenantFilterAutoConfiguration;
import io.tenantdatasource.spring.web.MemberFilterAutoConfiguration;
import io.tenantdatasource.spring.web.RequestTenantAutoConfiguration;
import io.tenantdatasource.spring.web.TenantMembershipAutoConfiguration;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.RegistrationBean;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Applications without a server: one property more or less, and one request through the filters that they register. */
final class RequestTenants {

    private RequestTenants() {}

    static WebApplicationContextRunner application(String... properties) {
        return new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        RequestTenantAutoConfiguration.class,
                        AuthenticatedTenantAutoConfiguration.class,
                        AuthenticatedTenantFilterAutoConfiguration.class,
                        TenantMembershipAutoConfiguration.class,
                        MemberFilterAutoConfiguration.class))
                .withPropertyValues(properties);
    }

    /**
     * What the servlet has seen.
     *
     * @param reached whether it was called
     * @param tenant for whom it ran
     * @param status what the request was answered with
     */
    record Seen(boolean reached, Optional<Tenant> tenant, int status) {}

    /** Sends a request through all filters of an application, in their order, with others before them. */
    static Seen send(ListableBeanFactory application, MockHttpServletRequest request, Filter... before)
            throws Exception {
        AtomicReference<Optional<Tenant>> tenant = new AtomicReference<>();
        Filter[] filters = Stream.concat(
                        Stream.of(before),
                        application.getBeansOfType(RegistrationBean.class).values().stream()
                                .sorted(Comparator.comparingInt(RegistrationBean::getOrder))
                                .map(bean -> ((FilterRegistrationBean<?>) bean).getFilter()))
                .toArray(Filter[]::new);
        MockHttpServletResponse response = new MockHttpServletResponse();
        new MockFilterChain(new Servlet(tenant), filters).doFilter(request, response);
        return new Seen(
                tenant.get() != null, Optional.ofNullable(tenant.get()).flatMap(found -> found), response.getStatus());
    }

    /** A later dispatch of a request, as a container marks it. */
    static MockHttpServletRequest dispatched(DispatcherType type) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/");
        request.setDispatcherType(type);
        if (type == DispatcherType.ERROR) {
            request.setAttribute(RequestDispatcher.ERROR_REQUEST_URI, "/");
        }
        return request;
    }

    /** Returns for which dispatches all filters of an application are registered. */
    static Set<DispatcherType> dispatches(ListableBeanFactory application) {
        Set<DispatcherType> dispatches = EnumSet.allOf(DispatcherType.class);
        application
                .getBeansOfType(RegistrationBean.class)
                .values()
                .forEach(bean -> dispatches.retainAll(((FilterRegistrationBean<?>) bean).determineDispatcherTypes()));
        return dispatches;
    }

    private static final class Servlet extends HttpServlet {

        private static final long serialVersionUID = 1L;

        private final transient AtomicReference<Optional<Tenant>> tenant;

        Servlet(AtomicReference<Optional<Tenant>> tenant) {
            this.tenant = tenant;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            tenant.set(TenantContext.current());
        }
    }
}
