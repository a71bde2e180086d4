package io.tenantdatasource.it.policy.attack;

import static io.tenantdatasource.it.policy.ReviewedDatabase.CAROL;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A statement that waited for a lock goes on with the row as it is then, and asks the policies once more. */
@OverEachSolution
class WaitingTest extends Attack {

    private static final String SPY = """
            create function pg_temp.spy(text) returns boolean language plpgsql cost 0.0000001 as
              $$ begin raise notice 'saw %', $1; return true; end $$""";

    @Timeout(60)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "update user_sessions set user_agent = ip_address where pg_temp.spy(ip_address) returning *",
                "delete from user_sessions where pg_temp.spy(ip_address) returning *",
                "select * from user_sessions where pg_temp.spy(ip_address) for update",
                "merge into user_sessions t using (values (1)) v on pg_temp.spy(t.ip_address)"
                        + " when matched then update set user_agent = t.ip_address",
            })
    void aRowThatWasGivenAwayMeanwhileIsNeitherSeenNorChanged(String sql) throws Exception {
        attacker.must(SPY);
        String backend = attacker.first("select pg_backend_pid()");
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Client administrator = Client.administrator(database)) {
            administrator.must("update user_sessions set user_id = '" + CAROL + "', ip_address = '198.51.100.9'"
                    + " where session_token = 'alice-phone'");
            Future<Answer> waiting = thread.submit(() -> attacker.send(sql));
            while (!isWaiting(backend) && !waiting.isDone()) {
                Thread.onSpinWait();
            }
            assertThat(waiting).as("waits for the administrator").isNotDone();
            administrator.commit();
            assertOwn(waiting.get().everything());
            attacker.rollback();
            administrator.must("update user_sessions set user_id = (select user_id from user_sessions where"
                    + " session_token = 'alice-old'), ip_address = '192.0.2.1' where session_token = 'alice-phone'");
            administrator.commit();
        } finally {
            thread.shutdown();
        }
    }

    @Test
    void whoLocksAllRowsLocksNoForeignOne() throws SQLException {
        assertThat(attacker.must("select * from user_sessions for update").rows())
                .hasSize(3);
        assertThat(database.update(GLOBEX, "update user_sessions set ip_address = ip_address"))
                .isEqualTo(2);
    }

    private boolean isWaiting(String backend) throws SQLException {
        try (Client onlooker = Client.administrator(database)) {
            return "Lock".equals(onlooker.first("select wait_event_type from pg_stat_activity where pid = " + backend));
        }
    }
}
