package io.tenantdatasource.springtests;

import io.tenantdatasource.policy.TablePolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/** What the application finds in its database. */
public final class InvoicesSchema implements DatabaseTemplate.Schema {

    @Override
    public void create(DataSource owner) throws SQLException {
        new ResourceDatabasePopulator(new ClassPathResource("invoices.sql")).execute(owner);
        TablePolicies.ownColumn("invoices").apply(owner);
    }

    /** Everybody's that are committed, as the administrator sees them. */
    static List<String> committedTitles(TestDatabase database) {
        return new JdbcTemplate(database.administrator())
                .queryForList("select title from invoices order by id", String.class);
    }
}
