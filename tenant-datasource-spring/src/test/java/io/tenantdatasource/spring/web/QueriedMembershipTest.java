package io.tenantdatasource.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a query can say. */
@TenantDatabase
class QueriedMembershipTest {

    private TestDatabase database;

    @BeforeEach
    void annaIsOfOne(TestDatabase database) {
        this.database = database;
        database.execute("create table if not exists memberships (organization_id bigint, user_name text)");
        database.execute("insert into memberships values (1, 'anna')");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1 from memberships where organization_id = ?::bigint and user_name = ?",
                "select organization_id from memberships where organization_id = ?::bigint and user_name = ?",
                "select exists (select from memberships where organization_id = ?::bigint and user_name = ?)",
                "select count(*) from memberships where organization_id = ?::bigint and user_name = ?",
                "select max(user_name) from memberships where organization_id = ?::bigint and user_name = ?"
            })
    void aRowIsYesUnlessItSaysNo(String query) {
        assertThat(isMember(query, "1", "anna")).isTrue();
        assertThat(isMember(query, "1", "bob")).isFalse();
        assertThat(isMember(query, "2", "anna")).isFalse();
    }

    @Test
    void nobodyIsAMemberOfWhatIsNoId() {
        String query = "select 1 where 1 = ?::bigint and '' <> ?";

        assertThat(isMember(query, "1", "anna")).isTrue();
        assertThat(isMember(query, "one", "anna")).isFalse();
        assertThat(isMember(query, "9".repeat(20), "anna")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"select 1 from nothing where ? = ?", "select 1 where ? <> ''", "select 1"})
    void aQueryThatCannotBeAskedThrowsAndSaysWhichItIs(String query) {
        assertThatThrownBy(() -> isMember(query, "1", "anna"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(
                        "tenant-datasource.tenant.membership.query has to be a query with two parameters");
    }

    private boolean isMember(String query, String organization, String user) {
        return new QueriedMembership(query, database::administrator).isMember(() -> user, Tenant.of(organization));
    }
}
