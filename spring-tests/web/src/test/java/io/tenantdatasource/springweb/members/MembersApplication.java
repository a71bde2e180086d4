package io.tenantdatasource.springweb.members;

import io.tenantdatasource.policy.TablePolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** People sign in, and a header names the organization that they work for. */
@SpringBootApplication
class MembersApplication {

    /** Who belongs to which organization, protected like every table. */
    static final class Schema implements DatabaseTemplate.Schema {

        @Override
        public void create(DataSource owner) throws SQLException {
            JdbcTemplate jdbc = new JdbcTemplate(owner);
            jdbc.execute("create table memberships (organization_id uuid not null, user_name text not null,"
                    + " primary key (organization_id, user_name))");
            TablePolicies.ownColumn("memberships").apply(owner);
            jdbc.execute("grant select on memberships to authenticated");
        }
    }

    @Bean
    SecurityFilterChain security(HttpSecurity http) throws Exception {
        return http.authorizeHttpRequests(requests -> requests.requestMatchers("/open/**", "/error")
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .httpBasic(Customizer.withDefaults())
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .requestCache(cache -> cache.disable())
                .build();
    }

    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(
                User.withUsername("anna").password("{noop}secret").build());
    }

    @RestController
    static class WhoAmIController {

        private final JdbcTemplate jdbc;

        WhoAmIController(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @GetMapping({"/organization", "/open/organization"})
        String organization() {
            return jdbc.queryForObject(
                    "select coalesce(current_setting('app.organization_id', true), '')", String.class);
        }
    }
}
