package io.tenantdatasource.examples.sessionsweb;

import io.tenantdatasource.test.TestDatabase;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is in the tables, whatever the policies say: read by an administrator of the server. */
final class Rows {

    private final JdbcClient administrator;

    Rows(TestDatabase database) {
        administrator = JdbcClient.create(database.administrator());
    }

    List<String> sessionsOf(DemoData.DemoUser user) {
        return administrator
                .sql(
                        "select s.id::text from user_sessions s join users u on u.id = s.user_id where u.email = ? order by 1")
                .param(user.email())
                .query(String.class)
                .list();
    }

    List<Map<String, Object>> sessionOf(SessionToken token) {
        return administrator
                .sql("select * from user_sessions where session_token_hash = ?")
                .param(token.hash())
                .query()
                .listOfRows();
    }

    List<String> allSessions() {
        return administrator
                .sql("select s::text from user_sessions s order by id")
                .query(String.class)
                .list();
    }

    int change(String sql) {
        return administrator.sql(sql).update();
    }
}
