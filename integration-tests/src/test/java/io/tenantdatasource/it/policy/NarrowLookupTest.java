package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.policy.NarrowLookup;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The narrow ways in before there is a tenant, and that they lead nowhere else. */
class NarrowLookupTest {

    private static final NarrowLookup BY_EMAIL =
            NarrowLookup.by("users", "email").returning("id", "organization_id");

    @AutoClose
    private ReviewedDatabase database;

    private PGSimpleDataSource frontDoor;

    @BeforeEach
    void createTables() throws SQLException {
        database = new ReviewedDatabase();
        frontDoor = database.database().createUser("front_door");
        database.asOwner("create unique index users_email on users (email)");
    }

    private void apply(NarrowLookup lookup) throws SQLException {
        lookup.apply(database.owner());
        database.asAdministrator("grant tenant_lookup to " + frontDoor.getUser());
    }

    @Test
    void aValueFindsItsRow() throws SQLException {
        TablePolicies.ownColumn("users").apply(database.owner());
        apply(BY_EMAIL);
        assertThat(BY_EMAIL.find(frontDoor, "alice@acme.example")).hasValueSatisfying(row -> {
            assertThat(row.get("id", UUID.class)).isEqualTo(ALICE);
            assertThat(row.text("organization_id")).isEqualTo(ACME.organizationId());
        });
        System.out.println(database.catalog("select string_agg(pg_get_expr(polqual, polrelid), ' / ') from pg_policy"));
        System.out.println(database.catalog("select prosrc from pg_proc where proname = 'users_by_email'"));
        TablePolicies.ownColumn("users").apply(database.owner());
    }
}
