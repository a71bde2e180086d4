package io.tenantdatasource.springdatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.tenantdatasource.springdatabase.NotesApplication.Notes;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.Owner;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.Unbound;
import io.tenantdatasource.test.isolation.IsolationMatrix;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** {@code @TenantDatabase} on a Spring test: the application runs on it, and each test starts with the same rows. */
class TenantDatabaseOfContextsTest {

    private static final Set<ApplicationContext> CONTEXTS = ConcurrentHashMap.newKeySet();
    private static final String SCHEMA = "/notes.sql";

    @Test
    void theApplicationRunsOnItAndEachTestStartsWithTheSameRows() {
        passes(WritesAndCommits.class, 4);
    }

    @Test
    void transactionsAreRolledBackBeforeTheRowsAreSetBack() {
        passes(WritesInATransaction.class, 3);
    }

    @Test
    void whatOneClassWritesBeforeItsTestsTheNextOneDoesNotFind() {
        passes(WritesAndCommits.class, 4);
        passes(WritesBeforeItsTests.class, 3);
        passes(WritesAndCommits.class, 4);
    }

    @Test
    void classesThatAskForTheSameShareOneContext() {
        CONTEXTS.clear();
        passes(WritesAndCommits.class, 4);
        passes(WritesInATransaction.class, 3);
        assertThat(CONTEXTS).hasSize(1);
    }

    @Test
    void aContextThatAClassHasMadeDirtyIsNotOpenedAgainAfterIt() {
        CONTEXTS.clear();
        passes(MakesItsContextDirty.class, 1);
        assertThat(CONTEXTS).hasSize(1);
    }

    @Test
    void whatIsNotTheApplicationsIsInjected() {
        passes(IsInjected.class, 2);
    }

    @Test
    void theMatrixIsAClassOfTenLines() {
        Events tests = run(Isolation.class);
        assertThat(tests.failed().list()).isEmpty();
        assertThat(tests.succeeded().count()).isGreaterThan(30);
    }

    @Test
    void aConnectionThatIsLeftOpenFailsItsTest() {
        Events tests = run(LeavesAConnectionOpen.class);
        assertThat(tests.failed().list())
                .singleElement()
                .satisfies(failed -> assertThat(failed.getRequiredPayload(TestExecutionResult.class)
                                .getThrowable()
                                .orElseThrow())
                        .hasMessageContaining("left open by this test"));
    }

    private static void passes(Class<?> tests, int number) {
        Events events = run(tests);
        events.assertStatistics(statistics -> statistics.started(number).succeeded(number));
    }

    private static Events run(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .execute()
                .testEvents();
    }

    @SpringBootTest(classes = NotesApplication.class)
    @TenantDatabase(scripts = SCHEMA)
    @AsTenant("acme")
    static class WritesAndCommits {

        @Autowired
        private Notes notes;

        @BeforeEach
        void remember(@Autowired ApplicationContext context) {
            CONTEXTS.add(context);
        }

        @RepeatedTest(2)
        void startsWithNone() {
            assertThat(notes.user()).startsWith("application");
            assertThat(notes.titles()).isEmpty();
            notes.add("anvil");
            assertThat(notes.titles()).containsExactly("anvil");
        }

        @Nested
        class Within {

            @RepeatedTest(2)
            @AsTenant("globex")
            void startsWithNoneToo() {
                assertThat(notes.titles()).isEmpty();
                notes.add("laser");
            }
        }
    }

    @TenantDatabase(scripts = SCHEMA)
    @SpringBootTest(classes = NotesApplication.class)
    @Transactional
    @AsTenant("acme")
    static class WritesInATransaction {

        @BeforeEach
        void write(@Autowired Notes notes, @Autowired ApplicationContext context) {
            CONTEXTS.add(context);
            notes.add("before");
        }

        @RepeatedTest(3)
        void startsWithWhatWasWrittenBeforeIt(
                @Autowired Notes notes, @Autowired PlatformTransactionManager transactions) {
            assertThat(notes.titles()).containsExactly("before");
            notes.add("anvil");

            TransactionTemplate ofItsOwn = new TransactionTemplate(transactions);
            ofItsOwn.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
            ofItsOwn.executeWithoutResult(status -> notes.add("committed, so that there is something to set back"));
        }
    }

    @SpringBootTest(classes = NotesApplication.class)
    @TenantDatabase(scripts = SCHEMA)
    @AsTenant("acme")
    static class WritesBeforeItsTests {

        @BeforeAll
        static void write(@Autowired Notes notes) {
            notes.add("first");
        }

        @RepeatedTest(3)
        void startsWithThat(@Autowired Notes notes) {
            assertThat(notes.titles()).containsExactly("first");
            notes.add("second");
        }
    }

    @TenantDatabase(scripts = SCHEMA)
    @SpringBootTest(classes = {NotesApplication.class, MakesItsContextDirty.Counted.class})
    @DirtiesContext
    static class MakesItsContextDirty {

        @Test
        void runs() {}

        @TestConfiguration
        static class Counted {

            @EventListener
            void opened(ContextRefreshedEvent event) {
                CONTEXTS.add(event.getApplicationContext());
            }
        }
    }

    @SpringBootTest(classes = NotesApplication.class)
    @TenantDatabase(scripts = SCHEMA)
    static class IsInjected {

        @Test
        void asParameters(TestDatabase database, @Owner DataSource owner, @Unbound DataSource unbound)
                throws SQLException {
            assertThat(user(owner)).isEqualTo(database.owner().getUser());
            assertThat(user(unbound)).isEqualTo(database.application().getUser());
        }

        @Test
        void asABean(@Autowired TestDatabase database, @Autowired Notes notes) {
            assertThat(notes.user()).isEqualTo(database.application().getUser());
        }

        private static String user(DataSource dataSource) throws SQLException {
            try (Connection connection = dataSource.getConnection()) {
                return connection.getMetaData().getUserName();
            }
        }
    }

    @SpringBootTest(classes = NotesApplication.class)
    @TenantDatabase(scripts = SCHEMA)
    static class Isolation {

        @TestFactory
        Stream<DynamicNode> isolates(TestDatabase database) {
            return IsolationMatrix.of(database).tests();
        }
    }

    @SpringBootTest(classes = NotesApplication.class)
    @TenantDatabase(scripts = SCHEMA)
    @TestMethodOrder(MethodOrderer.MethodName.class)
    static class LeavesAConnectionOpen {

        @Test
        void aLeavesOneOpen(@Unbound DataSource dataSource) throws SQLException {
            dataSource.getConnection();
        }

        @Test
        void bIsNotConcerned(@Unbound DataSource dataSource) throws SQLException {
            dataSource.getConnection().close();
        }
    }
}
