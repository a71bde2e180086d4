package io.tenantdatasource.examples.sessionsweb;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.isolation.IsolationMatrix;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The whole schema, tried. The two functions that answer before a tenant is known are meant to. */
@RunningApplication
class IsolationTest {

    @TestFactory
    Stream<DynamicNode> isolates(TestDatabase database) {
        return IsolationMatrix.of(database)
                .trusting("users_by_email(text)", "user_session_login(token text)")
                .tests();
    }

    /** What is trusted above is trusted to one role, which no table is granted to. */
    @ParameterizedTest
    @ValueSource(strings = {"users_by_email(text)", "user_session_login(text)"})
    void theWaysInAreForOneRoleAlone(String function, TestDatabase database) {
        JdbcClient administrator = JdbcClient.create(database.administrator());

        assertThat(administrator
                        .sql("select grantee::regrole::text from pg_proc, aclexplode(proacl)"
                                + " where pg_proc.oid = ?::regprocedure and grantee <> proowner")
                        .param(function)
                        .query(String.class)
                        .list())
                .containsExactly("session_login");
        assertThat(administrator
                        .sql("select table_name from information_schema.role_table_grants"
                                + " where grantee = 'session_login' and table_schema = 'public'")
                        .query(String.class)
                        .list())
                .isEmpty();
    }
}
