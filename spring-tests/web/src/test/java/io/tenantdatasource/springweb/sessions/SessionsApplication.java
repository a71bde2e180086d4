package io.tenantdatasource.springweb.sessions;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.spring.web.RequestTenantResolver;
import io.tenantdatasource.springweb.RecordedServer;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpSession;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** People log in with a form, and stay so by Spring Session, whose tables are protected like all others. */
@SpringBootApplication
class SessionsApplication {

    @Bean
    RecordedServer server(Environment environment) {
        return new RecordedServer(environment);
    }

    @Bean
    DataSource dataSource(RecordedServer server) {
        return server.pool();
    }

    /** Without a request cache: that would keep a session of somebody who is not known yet, which the policies refuse. */
    @Bean
    SecurityFilterChain security(HttpSecurity http) throws Exception {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .formLogin(Customizer.withDefaults())
                .requestCache(cache -> cache.disable())
                .csrf(csrf -> csrf.disable())
                .build();
    }

    @Bean
    UserDetailsService users() {
        Map<String, UUID> organizations = Map.of(
                "anna", UUID.fromString(ACME.organizationId()),
                "bob", UUID.fromString(GLOBEX.organizationId()));
        return name -> member(name, Optional.ofNullable(organizations.get(name)));
    }

    private static UserDetails member(String name, Optional<UUID> organization) {
        return new Member(name, organization.orElseThrow(() -> new UsernameNotFoundException("nobody")));
    }

    /** Whose session it is, asked of a function of the database: Spring Session's cookie is the id of the session in base64. */
    @Bean
    RequestTenantResolver tenantOfSession(JdbcTemplate jdbc) {
        return request -> sessionId(request.getCookies())
                .map(id -> jdbc.queryForObject("select session_organization(?)", UUID.class, id))
                .map(Tenant::of);
    }

    private static Optional<String> sessionId(Cookie[] cookies) {
        return Stream.of(cookies == null ? new Cookie[0] : cookies)
                .filter(cookie -> cookie.getName().equals("SESSION"))
                .map(cookie -> new String(Base64.getDecoder().decode(cookie.getValue()), StandardCharsets.UTF_8))
                .findFirst();
    }

    @RestController
    static class NotesController {

        private final Notes notes;

        NotesController(Notes notes) {
            this.notes = notes;
        }

        @GetMapping("/notes")
        List<Note> notes() {
            return notes.findAll();
        }

        @GetMapping("/remember/{what}")
        void remember(@PathVariable String what, HttpSession session) {
            session.setAttribute("remembered", what);
        }

        @GetMapping("/remembered")
        String remembered(HttpSession session) {
            return String.valueOf(session.getAttribute("remembered"));
        }
    }
}
