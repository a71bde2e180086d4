package io.tenantdatasource.test;

import static io.tenantdatasource.test.Sql.execute;
import static io.tenantdatasource.test.Sql.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** When templates are made and dropped. */
class TenantDatabasesTest {

    private static final int THREADS = 8;

    @Test
    void aTemplateIsMadeOnceHoweverManyThreadsAsk() throws Exception {
        Counting.made.set(0);
        TenantDatabases databases = new TenantDatabases(SharedServers.ofThisJvm());
        try (TenantDatabases.Use use = databases.use()) {
            List<TestDatabase> copies = inThreads(() -> use.copy(request(Counting.class, Set.of("authenticated"))));

            assertThat(Counting.made).hasValue(1);
            assertThat(copies).extracting(TestDatabase::name).doesNotHaveDuplicates();
            copies.forEach(TestDatabase::close);
        }
    }

    @Test
    void eachSetOfRolesHasATemplateAsItsSchemaMayNeedThem() throws Exception {
        Counting.made.set(0);
        try (TenantDatabases.Use use = new TenantDatabases(SharedServers.ofThisJvm()).use()) {
            use.copy(request(Counting.class, Set.of())).close();
            use.copy(request(Counting.class, Set.of("authenticated"))).close();
        }
        assertThat(Counting.made).hasValue(2);
    }

    @Test
    void rolesThatAreMissingAreCreatedByOneOfManyThreads() throws Exception {
        String role = "a role of " + System.nanoTime();
        PostgresServer server = PostgresServer.shared();
        try (TestDatabase database = TestDatabase.create()) {
            inThreads(() -> {
                server.createGroupIfMissing(role);
                return database;
            });

            assertThat(query(
                            database.administrator(),
                            "select rolcanlogin from pg_roles where rolname = '" + role + "'"))
                    .isEqualTo("f");
            database.execute("drop role \"" + role + "\"");
        }
    }

    @Test
    void aServerOfOnesOwnIsLeftAsItWas() throws SQLException {
        SharedServers own = new SharedServers(EmbeddedServers.asOwnServer());
        TenantDatabases databases = new TenantDatabases(own);
        String before = databasesAndUsers(own);

        TenantDatabases.Use first = databases.use();
        TenantDatabases.Use second = databases.use();
        first.copy(request(Counting.class, Set.of())).close();
        String withTemplate = databasesAndUsers(own);
        first.close();
        first.close();
        assertThat(databasesAndUsers(own)).isEqualTo(withTemplate).isNotEqualTo(before);
        second.close();

        assertThat(databasesAndUsers(own)).isEqualTo(before);
    }

    @Test
    void afterThatTheNextOneMakesItAnew() {
        TenantDatabases databases = new TenantDatabases(new SharedServers(EmbeddedServers.asOwnServer()));
        Counting.made.set(0);
        for (int i = 0; i < 2; i++) {
            try (TenantDatabases.Use use = databases.use()) {
                use.copy(request(Counting.class, Set.of())).close();
            }
        }
        assertThat(Counting.made).hasValue(2);
    }

    @Test
    void aSchemaThatFailsIsToldToEachClassInTheSameWords() {
        assertThat(Tests.failuresOf(Tests.run(Broken.class, BrokenToo.class)))
                .hasSize(2)
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith(
                                "The schema of the test databases could not be made: /db/broken.sql: ERROR:")
                        .hasStackTraceContaining("PSQLException"));
    }

    @TenantDatabase(scripts = {"/db/broken.sql"})
    static class Broken {

        @Test
        void isNotReached() {}
    }

    @TenantDatabase(scripts = {"/db/broken.sql"})
    static class BrokenToo {

        @Test
        void isNotReached() {}
    }

    @Test
    void aScriptOrASchemaThatIsNotThereIsTold() {
        assertThat(Tests.onlyFailureOf(NoScript.class))
                .hasMessageContaining("The script /db/missing.sql is not on the class path");
        assertThat(Tests.onlyFailureOf(NoConstructor.class))
                .hasMessageContaining("a schema is a concrete class, static if it is a member of another");
    }

    @TenantDatabase(scripts = {"/db/missing.sql"})
    static class NoScript {

        @Test
        void isNotReached() {}
    }

    @TenantDatabase(schema = NoConstructor.NeedsSomething.class)
    static class NoConstructor {

        static class NeedsSomething implements DatabaseTemplate.Schema {

            NeedsSomething(String something) {
                assertThat(something).isNotEmpty();
            }

            @Override
            public void create(DataSource owner) {}
        }

        @Test
        void isNotReached() {}
    }

    @Test
    void aDatabaseThatWasCreatedEmptyHasNoOwnerButAnApplication() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            assertThatThrownBy(database::owner)
                    .hasMessageContaining("created empty")
                    .hasMessageContaining("administrator()");
            assertThat(query(database.application(), "select pg_has_role('authenticated', 'member')"))
                    .isEqualTo("t");
        }
    }

    static class Counting implements DatabaseTemplate.Schema {

        private static final AtomicInteger made = new AtomicInteger();

        @Override
        public void create(DataSource owner) throws SQLException {
            made.incrementAndGet();
            execute(owner, "create table note (text text)");
        }
    }

    private DatabaseRequest request(Class<? extends DatabaseTemplate.Schema> schema, Set<String> roles) {
        return new DatabaseRequest(schema, List.of(), roles, 0, getClass().getClassLoader());
    }

    private static String databasesAndUsers(SharedServers own) throws SQLException {
        return query(own.of(0).dataSource("postgres"), """
                select (select count(*) from pg_database where datname like 'test\\_%')
                    || ' ' || (select count(*) from pg_roles where rolcanlogin)""");
    }

    private static List<TestDatabase> inThreads(Callable<TestDatabase> task) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CyclicBarrier together = new CyclicBarrier(THREADS);
            Callable<TestDatabase> atOnce = () -> {
                together.await();
                return task.call();
            };
            List<TestDatabase> results = new ArrayList<>();
            for (Future<TestDatabase> result : threads.invokeAll(Collections.nCopies(THREADS, atOnce))) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
