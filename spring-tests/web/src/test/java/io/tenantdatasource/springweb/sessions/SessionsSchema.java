package io.tenantdatasource.springweb.sessions;

import io.tenantdatasource.policy.TablePolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/** What the application finds in its database: its tables and those of Spring Session, all of them protected. */
final class SessionsSchema implements DatabaseTemplate.Schema {

    @Override
    public void create(DataSource owner) throws SQLException {
        new ResourceDatabasePopulator(new ClassPathResource("sessions.sql")).execute(owner);
        TablePolicies.ownColumn("notes").apply(owner);
        TablePolicies.throughParent("note_tags", "notes").apply(owner);
        TablePolicies.ownColumn("spring_session").apply(owner);
        TablePolicies.throughParent("spring_session_attributes", "spring_session")
                .apply(owner);
        // As one statement: a function's body has semicolons.
        new JdbcTemplate(owner).execute(resource("session-organization.sql"));
    }

    private static String resource(String name) {
        try {
            return new ClassPathResource(name).getContentAsString(StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
