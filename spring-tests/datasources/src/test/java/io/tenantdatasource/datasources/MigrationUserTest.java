package io.tenantdatasource.datasources;

import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import org.junit.jupiter.api.Test;

/** Flyway migrates as the owner, told by properties; the application works for its tenants. */
@TenantDatabase
class MigrationUserTest {

    @Test
    void letsFlywayConnectWithAUserAndUrlOfItsOwn(TestDatabase database) {
        MigrationDataSourcesTest.withFlyway(database)
                .withPropertyValues(
                        "spring.flyway.url=${owner.url}",
                        "spring.flyway.user=${owner.user}",
                        "spring.flyway.password=${owner.password}")
                .run(MigrationDataSourcesTest::assertWorksForTheTenant);
    }
}
