package io.tenantdatasource.examples.sessionsweb;

import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.isolation.IsolationMatrix;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The whole schema, tried. The two functions that answer before a tenant is known are meant to. */
@RunningApplication
class IsolationTest {

    @TestFactory
    Stream<DynamicNode> isolates(TestDatabase database) {
        return IsolationMatrix.of(database)
                .trusting("find_account(email_address text)", "user_session_login(token text)")
                .tests();
    }
}
