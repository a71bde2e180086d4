package io.tenantdatasource.springweb.tokens;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.springweb.Http;
import io.tenantdatasource.test.TenantDatabase;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;

/** What one request leaves open on the only thread of the server is nothing to the next one. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "tenant-datasource.tenant.jwt.organization-claim=org",
            "server.tomcat.threads.max=1",
            "server.tomcat.threads.min-spare=1",
            "spring.session.jdbc.initialize-schema=never",
            "spring.session.jdbc.cleanup-cron=-",
            "spring.main.banner-mode=off"
        })
@TenantDatabase
@ExtendWith(OutputCaptureExtension.class)
class LeftOpenScopesTest {

    @TestConfiguration(proxyBeanMethods = false)
    static class Forgetful {

        /** Before all that knows the tenant. */
        @Bean
        FilterRegistrationBean<Filter> forgetfulFilter() {
            FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
                forget((HttpServletRequest) request, "filter");
                chain.doFilter(request, response);
            });
            registration.setOrder(-200);
            return registration;
        }

        /** After all filters. */
        @Bean
        ServletRequestListener forgetfulListener() {
            return new ServletRequestListener() {
                @Override
                public void requestDestroyed(ServletRequestEvent event) {
                    forget((HttpServletRequest) event.getServletRequest(), "listener");
                }
            };
        }

        private static void forget(HttpServletRequest request, String who) {
            if (who.equals(request.getHeader("Forgetful"))) {
                TenantContext.open(GLOBEX);
            }
        }
    }

    @LocalServerPort
    private int port;

    @Autowired
    private JwtEncoder encoder;

    private Http http;

    @BeforeEach
    void connect() {
        http = new Http(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"filter", "listener"})
    void theNextRequestIsOfItsOwnTenantOrOfNone(String forgetful, CapturedOutput output) throws Exception {
        http.get("/open/organization", Map.of("Forgetful", forgetful));
        assertThat(http.get("/organization", Map.of("Authorization", "Bearer " + token()))
                        .body())
                .isEqualTo(ACME.organizationId());

        http.get("/open/organization", Map.of("Forgetful", forgetful));
        assertThat(http.get("/open/organization", Map.of()).body()).isEmpty();

        assertThat(output).contains("Scopes of TenantContext were opened", "1 tenant scopes had been left open");
    }

    private String token() {
        JwtClaimsSet claims = JwtClaimsSet.builder()
                .subject("anna")
                .claim("org", ACME.organizationId())
                .expiresAt(Instant.now().plusSeconds(300))
                .build();
        return encoder.encode(JwtEncoderParameters.from(
                        JwsHeader.with(MacAlgorithm.HS256).build(), claims))
                .getTokenValue();
    }
}
