package io.tenantdatasource.springtests.libraries;

import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.isolation.IsolationAssert;
import org.junit.jupiter.api.Test;

/** Spring Session's tables like those of the application; Spring Batch's are everybody's. */
@BooksTest
class WholeSchemaIsolatesTest {

    @Test
    void butForWhatIsEverybodys(TestDatabase database) {
        IsolationAssert.assertThat(database)
                .isolates(matrix -> matrix.global(
                                "languages",
                                "batch_job_instance",
                                "batch_job_execution",
                                "batch_job_execution_params",
                                "batch_job_execution_context",
                                "batch_step_execution",
                                "batch_step_execution_context")
                        .trusting("spring_session_login(token text)"));
    }
}
