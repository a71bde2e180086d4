package io.tenantdatasource.it.policy.attack;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.it.policy.ReviewedDatabase;
import io.tenantdatasource.it.policy.Solution;
import java.sql.SQLException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/**
 * A database that a solution protects, and in it the attacker: the application's role with all of SQL, bound to ACME.
 *
 * <p>The tests of a class share the database, for what the attacker does is rolled back after each, unless they spoil it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Attack {

    /** Tokens and addresses that belong to GLOBEX, or to nobody. */
    static final Pattern FOREIGN = Pattern.compile("carol|198\\.51\\.100\\.|nobody|203\\.0\\.113\\.");

    static final Pattern OWN = Pattern.compile("alice|bob|192\\.0\\.2\\.");

    @Parameter
    Solution solution;

    ReviewedDatabase database;
    Client attacker;

    private boolean spoilt;

    @BeforeEach
    void bindToAcme() throws SQLException {
        if (database == null) {
            database = ReviewedDatabase.protectedBy(solution);
            failRatherThanWaitForEver();
        }
        attacker = Client.boundTo(ACME, database);
    }

    @AfterEach
    void goAway() throws SQLException {
        attacker.close();
        if (spoilt) {
            dropDatabase();
        }
    }

    /** Called by a test that leaves the database other than it was. */
    void spoilDatabase() {
        spoilt = true;
    }

    @AfterParameterizedClassInvocation
    void dropDatabase() {
        if (database != null) {
            database.close();
            database = null;
            spoilt = false;
        }
    }

    private void failRatherThanWaitForEver() {
        database.asAdministrator(
                "alter database " + database.application().getDatabaseName() + " set lock_timeout = '20s'");
    }

    /** A pool that has one session for all tenants, so that the next one gets it as the attacker left it. */
    TenantDataSource poolOfOne() {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.application());
        config.setMaximumPoolSize(1);
        return TenantDataSource.builder(new HikariDataSource(config))
                .databaseCheck(false)
                .build();
    }

    /** That an attack shows something to whom no policy binds is what makes it one. */
    static void assertForeign(String shown) {
        assertThat(shown).as("shown to whom no policy binds").containsPattern(FOREIGN);
    }

    static void assertOwn(String shown) {
        assertThat(shown).containsPattern(OWN).doesNotContainPattern(FOREIGN);
    }

    /** For SQL that older majors do not know: there it has to fail for that reason, whatever the policies. */
    boolean isKnown(int sinceMajor, String sql) throws SQLException {
        if (attacker.connection().getMetaData().getDatabaseMajorVersion() >= sinceMajor) {
            return true;
        }
        assertThat(attacker.send(sql).sqlState()).as("for: %s", sql).isIn("42601", "42P01");
        return false;
    }
}
