package io.tenantdatasource.springweb.tokens;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.server.ResponseStatusException;

/** A resource server. What a request is answered with is for whom the database takes it. */
@SpringBootApplication
class TokensApplication {

    private static final SecretKey KEY = new SecretKeySpec(new byte[32], "HmacSHA256");

    @Bean
    SecurityFilterChain security(HttpSecurity http) throws Exception {
        return http.authorizeHttpRequests(requests -> requests.requestMatchers("/open/**", "/error")
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .build();
    }

    @Bean
    JwtDecoder decoder() {
        return NimbusJwtDecoder.withSecretKey(KEY)
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
    }

    @Bean
    JwtEncoder encoder() {
        return new NimbusJwtEncoder(new ImmutableSecret<>(KEY));
    }

    /** Tells on each dispatch of a request, as its filters and handlers would see it, for whom the database takes it. */
    @Bean
    FilterRegistrationBean<DispatchFilter> dispatches(JdbcTemplate jdbc) {
        FilterRegistrationBean<DispatchFilter> registration = new FilterRegistrationBean<>(new DispatchFilter(jdbc));
        registration.setOrder(0);
        return registration;
    }

    private static String organization(JdbcTemplate jdbc) {
        return jdbc.queryForObject("select coalesce(current_setting('app.organization_id', true), '')", String.class);
    }

    static final class DispatchFilter extends OncePerRequestFilter {

        private final JdbcTemplate jdbc;

        DispatchFilter(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws java.io.IOException, jakarta.servlet.ServletException {
            response.setHeader("Organization-On-" + request.getDispatcherType(), organization(jdbc));
            chain.doFilter(request, response);
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

    @RestController
    static class WhoAmIController {

        private final JdbcTemplate jdbc;

        WhoAmIController(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @GetMapping({"/organization", "/open/organization"})
        String organization() {
            return TokensApplication.organization(jdbc);
        }

        @GetMapping("/user")
        String user() {
            return jdbc.queryForObject("select coalesce(current_setting('app.user_id', true), '')", String.class);
        }

        @GetMapping({"/callable", "/open/callable"})
        Callable<String> callable() {
            return () -> "done";
        }

        @GetMapping({"/future", "/open/future"})
        CompletableFuture<String> future() {
            return CompletableFuture.supplyAsync(() -> "done");
        }

        @GetMapping({"/late", "/open/late"})
        DeferredResult<String> never() {
            return new DeferredResult<>(Duration.ofMillis(50).toMillis());
        }

        @GetMapping({"/failure", "/open/failure"})
        String failure() {
            throw new IllegalStateException("on purpose");
        }

        @GetMapping({"/gone", "/open/gone"})
        String gone() {
            throw new ResponseStatusException(HttpStatus.GONE);
        }
    }
}
