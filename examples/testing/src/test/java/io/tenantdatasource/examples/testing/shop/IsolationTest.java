package io.tenantdatasource.examples.testing.shop;

import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.isolation.IsolationMatrix;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest
@TenantDatabase
class IsolationTest {

    @TestFactory
    Stream<DynamicNode> isolates(TestDatabase database) {
        return IsolationMatrix.of(database).global("countries").tests();
    }
}
