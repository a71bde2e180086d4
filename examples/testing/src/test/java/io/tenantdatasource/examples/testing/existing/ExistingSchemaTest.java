package io.tenantdatasource.examples.testing.existing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.policy.TablePolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.Owner;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.isolation.Cell;
import io.tenantdatasource.test.isolation.IsolationMatrix;
import io.tenantdatasource.test.isolation.IsolationReport;
import java.nio.file.Path;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

@TenantDatabase(schema = ExistingSchemaTest.Migrations.class)
class ExistingSchemaTest {

    static class Migrations implements DatabaseTemplate.Schema {
        @Override
        public void create(DataSource owner) { // Flyway here; Liquibase, SQL, or any code of yours
            Flyway.configure().dataSource(owner).locations("db/existing").load().migrate();
        }
    }

    @Test
    void aTableAfterTheOtherIsProtected(TestDatabase database, @Owner DataSource owner) throws SQLException {
        IsolationMatrix matrix = IsolationMatrix.of(database)
                .organizationColumn("customer_id") // whatever yours is called
                .global("currencies"); // everybody's

        IsolationReport before = matrix.run();
        before.writeHtml(Path.of("target/isolation-before.html")); // a picture, what is open, and what closes it
        assertThat(before.failures()).extracting(Cell::target).contains("projects", "tasks", "open_tasks");

        TablePolicies.ownColumn("projects").organizationColumn("customer_id").apply(owner);
        TablePolicies.throughParent("tasks", "projects")
                .organizationColumn("customer_id")
                .apply(owner);
        database.execute("alter view open_tasks set (security_invoker = true)");

        IsolationReport after = matrix.run();
        after.writeHtml(Path.of("target/isolation-after.html"));
        assertThat(after.isolates()).as(after.toString()).isTrue();
    }
}
