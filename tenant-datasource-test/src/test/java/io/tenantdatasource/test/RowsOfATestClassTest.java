package io.tenantdatasource.test;

import static io.tenantdatasource.test.Sql.execute;
import static io.tenantdatasource.test.Sql.query;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Which rows a test starts with. */
class RowsOfATestClassTest {

    @Test
    void testsStartWithWhatWasWrittenBeforeAllOfThem() {
        assertAllPass(WritesBeforeAll.class);
    }

    @Test
    void aNestedClassAddsItsOwnForAsLongAsItRuns() {
        assertAllPass(Nesting.class);
    }

    @Test
    void whatAnInstanceOfAWholeClassWritesIsForAllTests() {
        assertAllPass(PerClass.class);
    }

    @Test
    void whatAConstructorWritesIsForOneTestAlsoIfItFails() {
        var results = Tests.run(WritesInConstructor.class);

        assertThat(Tests.failuresOf(results)).singleElement().isInstanceOf(UnsupportedOperationException.class);
        assertThat(results.testEvents().succeeded().count()).isEqualTo(2);
    }

    @Test
    void aSubclassHasADatabaseOfItsOwn() {
        assertAllPass(One.class, Other.class);
    }

    private static void assertAllPass(Class<?>... tests) {
        var results = Tests.run(tests);
        assertThat(Tests.failuresOf(results)).isEmpty();
        assertThat(results.testEvents().succeeded().count()).isPositive();
    }

    private static String kinds(DataSource dataSource) throws SQLException {
        return query(dataSource, "select string_agg(name, ',' order by name) from kind");
    }

    private static void add(DataSource dataSource, String kind) throws SQLException {
        execute(dataSource, "insert into kind values ('" + kind + "')");
    }

    @TenantDatabase(scripts = {"/db/kinds.sql"})
    static class WritesBeforeAll {

        @BeforeAll
        static void write(@Owner DataSource owner) throws SQLException {
            add(owner, "of all");
        }

        @BeforeEach
        @AfterEach
        void writeMore(@Unbound DataSource dataSource) throws SQLException {
            add(dataSource, String.valueOf(System.nanoTime()));
        }

        @Test
        void one(@Unbound DataSource dataSource) throws SQLException {
            assertThat(kinds(dataSource)).matches("[0-9]+,letter,memo,of all");
        }

        @Test
        void another(@Unbound DataSource dataSource) throws SQLException {
            one(dataSource);
        }
    }

    @TenantDatabase(scripts = {"/db/kinds.sql"})
    @TestClassOrder(ClassOrderer.OrderAnnotation.class)
    static class Nesting {

        @BeforeAll
        static void write(@Owner DataSource owner) throws SQLException {
            add(owner, "of all");
        }

        @Nested
        @TestMethodOrder(MethodOrderer.MethodName.class)
        @org.junit.jupiter.api.Order(1)
        class First {

            @BeforeAll
            static void write(@Owner DataSource owner) throws SQLException {
                add(owner, "of first");
            }

            @Test
            void a(@Unbound DataSource dataSource) throws SQLException {
                assertThat(kinds(dataSource)).isEqualTo("letter,memo,of all,of first");
                execute(dataSource, "delete from kind");
            }

            @Test
            void b(@Unbound DataSource dataSource) throws SQLException {
                assertThat(kinds(dataSource)).isEqualTo("letter,memo,of all,of first");
            }

            @Nested
            class Inner {

                @Test
                void a(@Unbound DataSource dataSource) throws SQLException {
                    assertThat(kinds(dataSource)).isEqualTo("letter,memo,of all,of first");
                }
            }
        }

        @Nested
        @org.junit.jupiter.api.Order(2)
        class Second {

            @Test
            void a(@Unbound DataSource dataSource) throws SQLException {
                assertThat(kinds(dataSource)).isEqualTo("letter,memo,of all");
                add(dataSource, "of a test");
            }
        }

        @AfterAll
        static void read(@Owner DataSource owner) throws SQLException {
            assertThat(kinds(owner)).isEqualTo("letter,memo,of all");
        }
    }

    @TenantDatabase(scripts = {"/db/kinds.sql"})
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class PerClass {

        PerClass(@Owner DataSource owner) throws SQLException {
            add(owner, "of the instance");
        }

        @BeforeAll
        void write(@Owner DataSource owner) throws SQLException {
            add(owner, "of all");
        }

        @Test
        void one(@Unbound DataSource dataSource) throws SQLException {
            assertThat(kinds(dataSource)).isEqualTo("letter,memo,of all,of the instance");
            execute(dataSource, "delete from kind");
        }

        @Test
        void another(@Unbound DataSource dataSource) throws SQLException {
            one(dataSource);
        }
    }

    @TenantDatabase(scripts = {"/db/kinds.sql"})
    static class WritesInConstructor {

        private static int made;

        WritesInConstructor(@Owner DataSource owner) throws SQLException {
            add(owner, "of the constructor");
            made++;
            if (made % 3 == 1) {
                throw new UnsupportedOperationException("as it should");
            }
        }

        @Test
        void one(@Unbound DataSource dataSource) throws SQLException {
            assertThat(kinds(dataSource)).isEqualTo("letter,memo,of the constructor");
        }

        @Test
        void another(@Unbound DataSource dataSource) throws SQLException {
            one(dataSource);
        }

        @Test
        void third(@Unbound DataSource dataSource) throws SQLException {
            one(dataSource);
        }
    }

    @TenantDatabase(scripts = {"/db/kinds.sql"})
    abstract static class Inherited {

        @BeforeAll
        static void write(@Owner DataSource owner) throws SQLException {
            assertThat(kinds(owner)).isEqualTo("letter,memo");
            add(owner, "of all");
        }

        @Test
        void a(@Unbound DataSource dataSource) throws SQLException {
            assertThat(kinds(dataSource)).isEqualTo("letter,memo,of all");
        }
    }

    static class One extends Inherited {}

    static class Other extends Inherited {}
}
