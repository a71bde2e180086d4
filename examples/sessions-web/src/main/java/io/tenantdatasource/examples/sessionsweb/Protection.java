package io.tenantdatasource.examples.sessionsweb;

import io.tenantdatasource.policy.NarrowLookup;
import io.tenantdatasource.policy.SessionLogin;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.SessionTokenHash;
import io.tenantdatasource.policy.TablePolicies;
import org.flywaydb.core.api.migration.JavaMigration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What makes the database tell organizations apart. Flyway runs it once, between the tables (V1) and the rights (V10),
 * as the owner of the tables: {@code spring.flyway.user}, never the user that the application logs in as.
 */
@Configuration(proxyBeanMethods = false)
class Protection {

    /** With a column of its own, since users are protected too, and a session is found without reading them. */
    static final SessionPolicies SESSIONS = SessionPolicies.ownColumn();

    /** Whose a token is, before anything else is known of a request. */
    static final SessionLogin LOGIN = SessionLogin.byTokenHash(SESSIONS);

    /** Whose an e-mail address is, for the same role. */
    static final NarrowLookup BY_EMAIL = NarrowLookup.by("users", "email")
            .returning("id", "organization_id", "password_hash", "role")
            .ignoringCase()
            .role("session_login");

    private static final SessionTokenHash HASHES = SessionTokenHash.of(SESSIONS);

    @Bean
    JavaMigration sessionsOfOneOrganizationEach() {
        return new OwnersMigration("2", "sessions of one organization each", SESSIONS::apply);
    }

    @Bean
    JavaMigration hashesBesideTokens() {
        return new OwnersMigration("3", "hashes beside tokens", HASHES::apply);
    }

    @Bean
    JavaMigration logInByToken() {
        return new OwnersMigration("4", "log in by token", LOGIN::apply);
    }

    @Bean
    JavaMigration hashesInsteadOfTokens() {
        return new OwnersMigration("5", "hashes instead of tokens", HASHES::dropPlainTokens);
    }

    @Bean
    JavaMigration usersOfOneOrganizationEach() {
        return new OwnersMigration("6", "users of one organization each", TablePolicies.ownColumn("users")::apply);
    }

    @Bean
    JavaMigration organizationsAreTheirOwn() {
        return new OwnersMigration(
                "7",
                "organizations are their own",
                TablePolicies.ownColumn("organizations").organizationColumn("id")::apply);
    }

    @Bean
    JavaMigration logInByEmail() {
        return new OwnersMigration("9", "log in by email", BY_EMAIL::apply);
    }
}
