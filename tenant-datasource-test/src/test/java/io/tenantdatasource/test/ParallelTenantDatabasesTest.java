package io.tenantdatasource.test;

import static io.tenantdatasource.test.Sql.execute;
import static io.tenantdatasource.test.Sql.query;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;

class ParallelTenantDatabasesTest {

    /** Which opens when a test of each class has reached it. */
    private static final CyclicBarrier BOTH_CLASSES = new CyclicBarrier(2);

    @Test
    void classesRunInParallelAndTheTestsOfOneDoNot() {
        EngineExecutionResults results = Tests.engine("true", One.class, Other.class)
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.mode.classes.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "6")
                .execute();

        assertThat(Tests.failuresOf(results)).isEmpty();
        assertThat(results.testEvents().succeeded().count()).isEqualTo(14);
    }

    @TenantDatabase(scripts = {"/db/kinds.sql"})
    static class One extends Parallel {

        private static final AtomicInteger RUNNING = new AtomicInteger();

        @Override
        AtomicInteger running() {
            return RUNNING;
        }

        @Test
        void meetsTheOtherClass() throws Exception {
            BOTH_CLASSES.await(30, TimeUnit.SECONDS);
        }

        @Nested
        class InANestedClass {

            @Test
            void isAloneToo(@Unbound DataSource dataSource) throws Exception {
                isAlone(dataSource);
            }
        }
    }

    @TenantDatabase(scripts = {"/db/kinds.sql"})
    static class Other extends Parallel {

        private static final AtomicInteger RUNNING = new AtomicInteger();

        @Override
        AtomicInteger running() {
            return RUNNING;
        }

        @Test
        void meetsTheOtherClass() throws Exception {
            BOTH_CLASSES.await(30, TimeUnit.SECONDS);
        }

        @Nested
        class InANestedClass {

            @Test
            void isAloneToo(@Unbound DataSource dataSource) throws Exception {
                isAlone(dataSource);
            }
        }
    }

    abstract static class Parallel {

        abstract AtomicInteger running();

        @RepeatedTest(3)
        void one(@Unbound DataSource dataSource) throws Exception {
            isAlone(dataSource);
        }

        @RepeatedTest(2)
        void another(@Unbound DataSource dataSource) throws Exception {
            isAlone(dataSource);
        }

        void isAlone(DataSource dataSource) throws SQLException, InterruptedException {
            assertThat(running().incrementAndGet()).isEqualTo(1);
            assertThat(query(dataSource, "select count(*) from kind")).isEqualTo("2");
            execute(dataSource, "insert into kind values ('mine')");
            Thread.sleep(20);
            assertThat(query(dataSource, "select count(*) from kind")).isEqualTo("3");
            running().decrementAndGet();
        }
    }
}
