package io.tenantdatasource.examples.testing.conformance;

import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.conformance.Conformance;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class PromisesTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @TestFactory
    Stream<DynamicTest> keepsThem() {
        return Conformance.of("mine", TenantDataSource::wrap).tests(DATABASE); // your wrapper in its place
    }
}
