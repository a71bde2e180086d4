package io.tenantdatasource.spring.web;

import io.tenantdatasource.TenantContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Sees to it that a request begins and ends on a thread that works for nobody. A container's thread serves one request after the
 * other, so a scope that was left open on it would be for whoever comes next.
 */
final class LeftOpenScopesFilter extends OncePerRequestFilter {

    private static final Logger LOG = LoggerFactory.getLogger(LeftOpenScopesFilter.class);

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (isOfAServer(request)) {
            close("before the filters of a request began");
        }
        boolean ofATest = TenantContext.isOpen();
        try {
            chain.doFilter(request, response);
        } finally {
            if (!ofATest) {
                close("by a filter or servlet of a request that is over");
            }
        }
    }

    /** Requests of MockMvc and its like run on the thread of a test, which may well work for somebody. No server makes them. */
    private static boolean isOfAServer(ServletRequest request) {
        ServletRequest received = request;
        while (received instanceof ServletRequestWrapper wrapper) {
            received = wrapper.getRequest();
        }
        String type = received.getClass().getName();
        return !type.startsWith("org.springframework.mock.web.") && !type.startsWith("org.springframework.test.web.");
    }

    private static void close(String when) {
        TenantContext.closeLeftOpen()
                .ifPresent(leftOpen -> LOG.warn(
                        "Scopes of TenantContext were opened {}, and left open. They were closed, so that nobody else's request"
                                + " works for their tenant; -Dtenant-datasource.trace-scopes=true tells where they were opened",
                        when,
                        leftOpen));
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }
}
