package io.tenantdatasource.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Gives a test class a PostgreSQL database of its own, with its schema, and each test the rows that are there before all.
 *
 * <pre>{@code
 * @TenantDatabase(schema = Migrations.class)
 * class InvoicesTest {
 *
 *     static class Migrations implements DatabaseTemplate.Schema {
 *         public void create(DataSource owner) {
 *             Flyway.configure().dataSource(owner).load().migrate();
 *         }
 *     }
 *
 *     @Test
 *     @AsTenant("acme")
 *     void seesItsOwn(DataSource dataSource) { … }
 * }
 * }</pre>
 *
 * <p>The schema is made once in a JVM, however many classes ask for it, as a user who owns it and is no superuser. Each class is
 * given a copy, which its nested classes share and which is dropped when it is done; a nested class that is annotated
 * itself is given one of its own. Classes may run in parallel; the tests of a class that shares a database do not.
 *
 * <p>After each test, and each run of a repeated or parameterized one, the rows are as they were before the first, in
 * milliseconds: as the schema and {@code @BeforeAll} wrote them (see {@link TestDatabase#reset()}). The dynamic tests of a
 * {@code @TestFactory} are one test in this.
 *
 * <p>Parameters of constructors, tests and lifecycle methods may be
 *
 * <ul>
 *   <li>a {@link javax.sql.DataSource} or {@link io.tenantdatasource.TenantDataSource}, bound to the tenant of {@link
 *       io.tenantdatasource.TenantContext}, as {@link AsTenant} sets it, whose connections log in as the application's user;
 *   <li>an {@link Unbound} {@code DataSource}, the same without a tenant;
 *   <li>an {@link Owner} {@code DataSource}, whose connections log in as the owner of the schema;
 *   <li>the {@link TestDatabase}, for all else.
 * </ul>
 *
 * <p>A test that leaves a connection of those data sources open fails with the place where it was opened, unless that was in
 * {@code @BeforeAll}, in which case it has until {@code @AfterAll}. They open a physical connection at each call. A pool that is to outlive a test goes
 * over {@link TestDatabase#application()}, at which nobody looks.
 *
 * <p>By hand the same is done with {@link DatabaseTemplate} and {@link TestDatabase}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(TenantDatabaseExtension.class)
@ResourceLock(providers = TenantDatabaseLocks.class)
public @interface TenantDatabase {

    /**
     * Returns what makes the schema.
     *
     * @return a class with a constructor that takes nothing; {@link DatabaseTemplate.Schema} itself for none
     */
    Class<? extends DatabaseTemplate.Schema> schema() default DatabaseTemplate.Schema.class;

    /**
     * Returns SQL files that are run after it.
     *
     * @return paths on the class path, in this order; each is sent to the server as one text, as the owner
     */
    String[] scripts() default {};

    /**
     * Returns the roles that the application's user is a member of. Those that are missing are created, without log-in, before
     * the schema is made, and stay on the server.
     *
     * @return names as they stand in {@code pg_roles}, unquoted
     */
    String[] memberOf() default "authenticated";

    /**
     * Returns the major version of PostgreSQL.
     *
     * @return 15 to 18, see {@link PostgresServer#shared(int)}; 0 for whatever is there
     */
    int postgres() default 0;
}
