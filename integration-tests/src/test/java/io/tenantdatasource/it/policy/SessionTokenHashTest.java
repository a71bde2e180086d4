package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ALICE;
import static io.tenantdatasource.it.policy.ReviewedDatabase.first;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.policy.SessionLogin;
import io.tenantdatasource.policy.SessionTokenHash;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From plain tokens to their hashes: while the application writes, and back, until there is no way back. */
@ParameterizedClass
@EnumSource(Solution.class)
@Timeout(60)
class SessionTokenHashTest {

    private static final String WRONG = "select count(*) from user_sessions"
            + " where session_token_hash is distinct from sha256(convert_to(session_token::text, 'UTF8'))";

    @Parameter
    private Solution solution;

    @AutoClose
    private ReviewedDatabase database;

    @BeforeEach
    void migrate() {
        database = ReviewedDatabase.protectedBy(solution);
    }

    private SessionTokenHash hashes() {
        return SessionTokenHash.of(solution.policies());
    }

    @Test
    void eachTokenGetsItsHash() throws SQLException {
        hashes().apply(database.owner());
        assertThat(database.catalog(WRONG)).isEqualTo("0");
        assertThat(database.query(ACME, """
                select session_token from user_sessions
                where session_token_hash = sha256('alice-phone')""")).isEqualTo("alice-phone");
        assertThat(database.query(ACME, """
                select count(*) from user_sessions
                where session_token_hash = sha256('carol-laptop')""")).isEqualTo("0");
    }

    @Test
    void theHashOfAWrittenTokenIsTheDatabases() throws SQLException {
        hashes().apply(database.owner());
        database.update(ACME, "insert into user_sessions (session_token, user_id) values ('new', '" + ALICE + "')");
        database.update(
                ACME,
                "insert into user_sessions (session_token, session_token_hash, user_id) values ('forged', '\\x00', '"
                        + ALICE + "')");
        database.update(ACME, "update user_sessions set session_token = 'rotated' where session_token = 'alice-phone'");
        database.update(
                ACME, "update user_sessions set session_token_hash = '\\x01' where session_token = 'alice-old'");
        database.update(ACME, "update user_sessions set session_token_hash = null where session_token = 'bob-laptop'");
        assertThat(database.catalog(WRONG)).isEqualTo("0");
        assertThat(database.tokens(ACME)).isEqualTo("alice-old bob-laptop forged new rotated");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereTriggersAreSwitchedOffAWrongHashIsRefused(boolean everySessionHasAToken) throws SQLException {
        if (!everySessionHasAToken) {
            database.asOwner("alter table user_sessions alter session_token drop not null");
        }
        hashes().apply(database.owner());
        for (String wrong : new String[] {"null", "'\\x00'", "sha256('other')"}) {
            assertFails("23514|23502", () -> {
                try (Connection replica = database.database().administrator().getConnection()) {
                    first(replica, "select set_config('session_replication_role', 'replica', false)");
                    replica.createStatement()
                            .execute("insert into user_sessions (session_token, session_token_hash) values ('x', "
                                    + wrong + ")");
                }
            });
        }
    }

    @Test
    void anApplicationThatWritesHashesAloneCanTakeOver() throws SQLException {
        hashes().apply(database.owner());
        database.update(
                ACME,
                "insert into user_sessions (session_token_hash, user_id) values (sha256('new'), '" + ALICE + "')");
        assertFails(
                "23502", () -> database.update(ACME, "insert into user_sessions (user_id) values ('" + ALICE + "')"));
        SessionLogin login = SessionLogin.byTokenHash(solution.policies());
        login.apply(database.owner());
        database.asAdministrator(
                "grant session_login to " + database.application().getUser());
        assertThat(login.tenantOf(database.application(), "new")).contains(ACME.withUser(ALICE));
        assertThat(login.tenantOf(database.application(), "alice-phone")).contains(ACME.withUser(ALICE));
    }

    @Test
    void plainTokensAreDroppedAndTheLoginGoesOn() throws SQLException {
        SessionLogin byToken = SessionLogin.byToken(solution.policies());
        SessionLogin byHash = SessionLogin.byTokenHash(solution.policies());
        byToken.apply(database.owner());
        database.asAdministrator(
                "grant session_login to " + database.application().getUser());
        hashes().apply(database.owner());
        assertFails("2BP01", () -> hashes().dropPlainTokens(database.owner()))
                .hasMessageContaining("user_sessions_login_policy")
                .hasMessageContaining("SessionLogin.byTokenHash");
        byHash.apply(database.owner());

        hashes().dropPlainTokens(database.owner());

        assertThat(byHash.tenantOf(database.application(), "alice-phone")).contains(ACME.withUser(ALICE));
        assertThat(byHash.tenantOf(database.application(), "alice-old")).isEmpty();
        assertThat(database.catalog("""
                select string_agg(attname, ' ' order by attname)
                from pg_attribute
                where attrelid = 'user_sessions'::regclass
                  and attname like 'session_token%'
                  and attnotnull""")).isEqualTo("session_token_hash");
        assertThat(
                        database.catalog(
                                "select count(*) from pg_proc where proname like 'user_sessions_token%' or proname like '%token_hash%'"))
                .isEqualTo("0");
        solution.policies()
                .cleanupRole("user_sessions_cleanup")
                .sessionTokenColumn("session_token_hash")
                .apply(database.owner());
    }

    @Test
    void onceDroppedThereIsNoWayBackAndThatIsSaid() throws SQLException {
        hashes().apply(database.owner());
        hashes().dropPlainTokens(database.owner());
        String after = SchemaDump.of(database.database().administrator());
        for (ThrowingCallable again : new ThrowingCallable[] {
            () -> hashes().undo(database.owner()),
            () -> hashes().apply(database.owner()),
            () -> hashes().dropPlainTokens(database.owner())
        }) {
            assertFails("55000", again).hasMessageContaining("were dropped").hasMessageContaining("no way back");
        }
        assertThat(SchemaDump.of(database.database().administrator())).isEqualTo(after);
    }

    @Test
    void nothingIsDroppedThatIsNotProven() throws SQLException {
        assertFails("55000", () -> hashes().dropPlainTokens(database.owner()))
                .hasMessageContaining("not filled in and proven yet");
        hashes().apply(database.owner());
        database.asOwner("drop index user_sessions_token_hash_key");
        assertFails("55000", () -> hashes().dropPlainTokens(database.owner()))
                .hasMessageContaining("not filled in and proven yet");
        hashes().apply(database.owner());
        database.asOwner("alter table user_sessions drop constraint user_sessions_token_hash_check");
        assertFails("55000", () -> hashes().dropPlainTokens(database.owner()));
        hashes().apply(database.owner());
        hashes().dropPlainTokens(database.owner());
    }

    /** As by somebody who has forged the proof. */
    @Test
    void aHashThatDiffersIsFoundOutBeforeTheTokensAreDropped() throws SQLException {
        hashes().apply(database.owner());
        database.asOwner("""
                alter table user_sessions drop constraint user_sessions_token_hash_check;
                alter table user_sessions add constraint user_sessions_token_hash_check check (true);
                comment on constraint user_sessions_token_hash_check on user_sessions
                  is 'tenant-datasource: token hash check; forged'""");
        database.asAdministrator("alter table user_sessions disable trigger user;"
                + " update user_sessions set session_token_hash = sha256('other') where session_token = 'carol-old';"
                + " alter table user_sessions enable trigger user");
        assertFails("55000", () -> hashes().dropPlainTokens(database.owner()))
                .hasMessageContaining(
                        "1 rows of table public.user_sessions have a hash that is not that of their token")
                .message()
                .doesNotContain("carol");
        assertThat(database.allTokens()).contains("carol-old");
        database.asAdministrator("update user_sessions set session_token_hash = null where session_token_hash"
                + " is distinct from sha256(convert_to(session_token, 'UTF8'))");
        hashes().dropPlainTokens(database.owner());
    }

    @Test
    void aHashThatWasThereAndDiffersIsFoundOut() throws SQLException {
        database.asOwner("alter table user_sessions add session_token_hash bytea");
        database.asAdministrator(
                "update user_sessions set session_token_hash = '\\x00' where session_token = 'carol-old'");
        assertFails("55000", () -> hashes().apply(database.owner())).hasMessageContaining("1 rows");
        database.asAdministrator("update user_sessions set session_token_hash = null");
        hashes().apply(database.owner());
        assertThat(database.catalog(WRONG)).isEqualTo("0");
    }

    @Test
    void aTokenInThePrimaryKeyIsKept() throws SQLException {
        database.asOwner("""
                alter table user_sessions drop column id;
                alter table user_sessions add primary key (session_token)""");
        String before = SchemaDump.of(database.database().administrator());
        hashes().apply(database.owner());
        assertFails("55000", () -> hashes().dropPlainTokens(database.owner())).hasMessageContaining("primary key");
        hashes().undo(database.owner());
        assertThat(SchemaDump.of(database.database().administrator())).isEqualTo(before);
    }

    @Test
    void undoTakesAllOfItBack() throws SQLException {
        String before = SchemaDump.of(database.database().administrator());
        hashes().apply(database.owner());
        hashes().apply(database.owner());
        assertThat(SchemaDump.of(database.database().administrator()))
                .isNotEqualTo(before)
                .doesNotContain("fill_policy");
        hashes().undo(database.owner());
        assertThat(SchemaDump.of(database.database().administrator())).isEqualTo(before);
        hashes().undo(database.owner());
    }

    @Test
    void undoKeepsAColumnThatWasThere() throws SQLException {
        database.asOwner("alter table user_sessions add session_token_hash bytea");
        String before = SchemaDump.of(database.database().administrator());
        hashes().apply(database.owner());
        hashes().undo(database.owner());
        assertThat(SchemaDump.of(database.database().administrator())).isEqualTo(before);
    }

    @Test
    void undoLosesNoSessionThatCameWithoutAToken() throws SQLException {
        hashes().apply(database.owner());
        database.update(
                ACME,
                "insert into user_sessions (session_token_hash, user_id) values (sha256('new'), '" + ALICE + "')");
        assertFails("55000", () -> hashes().undo(database.owner())).hasMessageContaining("without a token");
        database.asAdministrator("delete from user_sessions where session_token is null");
        hashes().undo(database.owner());
    }

    @Test
    void undoIsRefusedWhileTheLoginUsesTheHash() throws SQLException {
        hashes().apply(database.owner());
        SessionLogin.byTokenHash(solution.policies()).apply(database.owner());
        assertFails("2BP01", () -> hashes().undo(database.owner())).hasMessageContaining("user_sessions_login_policy");
        SessionLogin.byToken(solution.policies()).apply(database.owner());
        hashes().undo(database.owner());
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void goesOnAfterAFailureOnTheSamePooledConnection() throws SQLException {
        database.asAdministrator("insert into user_sessions (session_token, user_id) select 'many-' || i, '" + ALICE
                + "' from generate_series(1, 1000) as i");
        database.asOwner("""
                create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
                create trigger refuse before update on user_sessions
                  for each row when (new.session_token = 'many-900') execute function refuse()""");
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.owner());
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            SessionTokenHash inSmallSteps =
                    SessionTokenHash.of(solution.policies().batchPages(1).batchPause(Duration.ZERO));
            assertFails("P0001", () -> inSmallSteps.apply(pool)).hasMessageContaining("refused");
            assertThat(database.catalog(WRONG)).as("still to be filled").isNotIn("0", "1006");
            database.asOwner("drop trigger refuse on user_sessions");
            inSmallSteps.apply(pool);
        }
        assertThat(database.catalog(WRONG)).isEqualTo("0");
    }

    @Test
    void afterKillsAtEachStatementItGoesOnToTheSameEnd() throws SQLException {
        SessionLogin login = SessionLogin.byTokenHash(solution.policies());
        hashes().apply(database.owner());
        login.apply(database.owner());
        String undisturbed = SchemaDump.of(database.database().administrator());
        login.undo(database.owner());
        hashes().undo(database.owner());

        int statements = 0;
        while (KilledConnections.isKilledAfter(statements, database, hashes()::apply)) {
            statements++;
        }
        assertThat(statements).isGreaterThan(15);
        for (int i = 0; KilledConnections.isKilledAfter(i, database, login::apply); i++) {
            assertThat(i).isLessThan(50);
        }
        assertThat(SchemaDump.of(database.database().administrator())).isEqualTo(undisturbed);
        assertThat(database.catalog(WRONG)).isEqualTo("0");
    }

    @Test
    void asOneScriptItRunsInOneTransaction() throws SQLException {
        String before = SchemaDump.of(database.database().administrator());
        database.inOneTransaction(database.owner(), hashes().sql());
        assertThat(database.catalog(WRONG)).isEqualTo("0");
        assertThat(database.tokens(ACME)).isEqualTo("alice-old alice-phone bob-laptop");
        assertThat(database.catalog("select relforcerowsecurity from pg_class where oid = 'user_sessions'::regclass"))
                .isEqualTo("t");
        database.inOneTransaction(database.owner(), hashes().undoSql());
        assertThat(SchemaDump.of(database.database().administrator())).isEqualTo(before);
    }

    @Test
    void tokensMayBeMissingOrOfOtherTypes() throws SQLException {
        for (String type : new String[] {"char(64)", "varchar(64)", "uuid"}) {
            database.asAdministrator("drop index if exists idx_sessions_token_unique");
            database.asOwner("alter table user_sessions alter session_token drop not null,"
                    + " alter session_token type " + type + " using null");
            database.asAdministrator("update user_sessions set session_token = gen_random_uuid()"
                    + (type.equals("uuid") ? "" : "::text || 'ä'") + " where ip_address <> '192.0.2.1'");
            String before = SchemaDump.of(database.database().administrator());
            hashes().apply(database.owner());
            assertThat(database.catalog(WRONG + " and session_token is not null"))
                    .isEqualTo("0");
            assertThat(database.catalog("select count(*) from user_sessions where session_token_hash is null"))
                    .isEqualTo("2");
            hashes().undo(database.owner());
            assertThat(SchemaDump.of(database.database().administrator())).isEqualTo(before);
        }
    }

    @Test
    void anyNameWillDo() throws SQLException {
        database.asOwner("""
                create schema "Odd 's";
                alter table user_sessions set schema "Odd 's";
                alter table "Odd 's".user_sessions rename to "User's Sessions";
                alter table "Odd 's"."User's Sessions" rename session_token to "Token {row} %s $1";
                alter table "Odd 's"."User's Sessions" alter "Token {row} %s $1" drop not null;
                alter table "Odd 's"."User's Sessions" alter "Token {row} %s $1" set not null;
                """);
        SessionTokenHash odd = SessionTokenHash.of(solution.policies()
                .sessionsTable("Odd 's", "User's Sessions")
                .sessionTokenColumn("Token {row} %s $1")
                .sessionTokenHashColumn("Hash's \"%s\" $2"));
        String before = SchemaDump.of(database.database().administrator());
        odd.apply(database.owner());
        odd.undo(database.owner());
        assertThat(SchemaDump.of(database.database().administrator())).isEqualTo(before);
        odd.apply(database.owner());
        odd.dropPlainTokens(database.owner());
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(String state, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).matches(state));
    }
}
