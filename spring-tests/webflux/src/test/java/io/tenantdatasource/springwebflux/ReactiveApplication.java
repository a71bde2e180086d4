package io.tenantdatasource.springwebflux;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A resource server on WebFlux, whose queries block threads that are meant for it. */
@SpringBootApplication
class ReactiveApplication {

    private static final SecretKey KEY = new SecretKeySpec(new byte[32], "HmacSHA256");

    @Bean
    SecurityWebFilterChain security(ServerHttpSecurity http) {
        return http.authorizeExchange(exchanges -> exchanges
                        .pathMatchers("/open/**")
                        .permitAll()
                        .anyExchange()
                        .authenticated())
                .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
                .build();
    }

    @Bean
    ReactiveJwtDecoder decoder() {
        return NimbusReactiveJwtDecoder.withSecretKey(KEY)
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
    }

    @Bean
    JwtEncoder encoder() {
        return new NimbusJwtEncoder(new ImmutableSecret<>(KEY));
    }

    @RestController
    static class WhoAmIController {

        private final JdbcTemplate jdbc;

        WhoAmIController(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @GetMapping({"/organization", "/open/organization"})
        Mono<String> organization() {
            return Mono.fromCallable(() -> setting("app.organization_id")).subscribeOn(Schedulers.boundedElastic());
        }

        @GetMapping("/user")
        Mono<String> user() {
            return Mono.fromCallable(() -> setting("app.user_id")).subscribeOn(Schedulers.boundedElastic());
        }

        /** From thread to thread: each of the queries may run on another one. */
        @GetMapping("/organizations")
        Flux<String> organizations() {
            return Flux.range(0, 20)
                    .flatMap(i -> Mono.fromCallable(() -> setting("app.organization_id") + "\n")
                            .subscribeOn(Schedulers.boundedElastic()));
        }

        private String setting(String name) {
            return "<" + jdbc.queryForObject("select coalesce(current_setting(?, true), '')", String.class, name) + ">";
        }
    }
}
