package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.policy.SchemaPlan;
import io.tenantdatasource.policy.SchemaPolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.isolation.IsolationAssert;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Tables that are given a column for the organization, filled from the rows that they name. */
class SchemaOwnColumnTest {

    private static final SchemaPolicies PLAIN = SchemaPolicies.tenants("organizations");
    private static final SchemaPolicies DECLARATION = PLAIN.ownColumn("order_lines", "discounts", "hints");

    private static final DatabaseTemplate TEMPLATE = DatabaseTemplate.of(owner -> execute(owner.getConnection(), """
            create table organizations (id uuid primary key);
            create table orders (
              id bigint primary key, organization_id uuid not null references organizations on delete cascade);
            create table order_lines (
              id bigint primary key, order_id bigint not null references orders on delete cascade, note text);
            create table discounts (id bigint primary key, line_id bigint not null references order_lines, percent int);
            create table hints (id bigint primary key, order_id bigint references orders on delete set null);
            create table discount_texts (id bigint primary key, discount_id bigint not null references discounts);
            insert into organizations
            values ('0000000a-0000-4000-8000-000000000000'), ('0000000b-0000-4000-8000-000000000000');
            insert into orders
            values (1, '0000000a-0000-4000-8000-000000000000'), (2, '0000000b-0000-4000-8000-000000000000');
            insert into order_lines select n, 1 + n % 2 from generate_series(1, 2000) as n;
            insert into discounts select n, n from generate_series(1, 2000) as n;
            insert into hints values (1, 1), (2, 2), (3, null);
            insert into discount_texts values (1, 1), (2, 2)"""));

    private static final Tenant A = Tenant.of("0000000a-0000-4000-8000-000000000000");

    @AutoClose
    private TestDatabase database;

    private PGSimpleDataSource application;

    @BeforeEach
    void copy() {
        database = TEMPLATE.copy();
        database.execute("alter role " + database.owner().getUser() + " createrole");
        application = database.createUser("application");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void asOwner(String sql) throws SQLException {
        execute(database.owner().getConnection(), sql);
    }

    private SchemaPlan applied() throws SQLException {
        SchemaPlan plan = DECLARATION.plan(database.owner());
        plan.apply(database.owner());
        database.execute("grant authenticated to " + application.getUser());
        database.execute(
                "grant select, insert, update, delete on all tables in schema public to " + application.getUser());
        return plan;
    }

    private List<String> dump() throws SQLException {
        return SchemaDump.of(database.administrator()).lines().toList();
    }

    private String catalog(String query) throws SQLException {
        try (Connection connection = database.administrator().getConnection()) {
            return ReviewedDatabase.first(connection, query);
        }
    }

    private <T> T asA(Callable<T> work) throws Exception {
        return TenantContext.call(A, work);
    }

    private String query(String sql) throws Exception {
        return asA(() -> {
            try (TenantDataSource bound = TenantDataSource.wrap(application);
                    Connection connection = bound.getConnection()) {
                return ReviewedDatabase.first(connection, sql);
            }
        });
    }

    private int update(String sql) throws Exception {
        return asA(() -> {
            try (TenantDataSource bound = TenantDataSource.wrap(application);
                    Connection connection = bound.getConnection();
                    Statement statement = connection.createStatement()) {
                return statement.executeUpdate(sql);
            }
        });
    }

    @Test
    void aTenantThatReadsSeveralOrganizationsIsRefused() {
        SchemaPolicies both = SchemaPolicies.tenants("organizations")
                .ownColumn("order_lines")
                .organizationsSetting("app.organization_ids");

        assertThatThrownBy(() -> both.plan(null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ownColumn(…) and organizationsSetting(…) do not go together");
    }

    @Test
    void aPlanOffersItWhereTwoLookUpsAreNeeded() throws SQLException {
        assertThat(PLAIN.plan(database.owner()).text())
                .contains("discounts: by the rows that it names: line_id of order_lines")
                .contains("2 look-ups a row")
                .contains("3 look-ups a row")
                .contains("ownColumn(\"order_lines\", \"discounts\") would make this one comparison; it costs")
                .doesNotContain("ownColumn(\"order_lines\") would");
    }

    @Test
    void planningChangesNothingAndSaysIt() throws SQLException {
        List<String> before = dump();
        SchemaPlan plan = DECLARATION.plan(database.owner());

        assertThat(dump()).isEqualTo(before);
        assertThat(plan.open()).isEmpty();
        assertThat(plan.text())
                .contains("order_lines: by its column organization_id, which it is given, from order_id of orders")
                .doesNotContain("look-ups a row");
        assertThat(plan.json()).contains("\"columnFilledFrom\": \"order_lines\"");
        assertThat(plan.protectedTables()).containsSubsequence("orders", "order_lines", "discounts", "discount_texts");
        assertThat(plan.drift(database.owner()))
                .contains("order_lines: column organization_id is missing")
                .anySatisfy(told -> assertThat(told)
                        .startsWith("discounts: trigger discounts_tenant_insert on public.discounts is missing"));
    }

    @Test
    void theColumnIsFilledAndKeptRight() throws Exception {
        SchemaPlan plan = applied();

        assertThat(plan.drift(database.owner())).isEmpty();
        assertThat(DECLARATION.plan(database.owner()).drift(database.owner())).isEmpty();
        assertThat(catalog("""
                select count(*)
                from discounts
                join order_lines on order_lines.id = line_id
                join orders on orders.id = order_id
                where discounts.organization_id = orders.organization_id
                  and order_lines.organization_id = orders.organization_id""")).isEqualTo("2000");
        assertThat(catalog("select count(*) from hints where (order_id is null) = (organization_id is null)"))
                .isEqualTo("3");
        assertThat(catalog("""
                select string_agg(attrelid::regclass::text, ' ' order by attrelid::regclass::text)
                from pg_attribute
                where attname = 'organization_id' and attnotnull""")).isEqualTo("discounts order_lines orders");

        assertThat(query("select count(*) from order_lines")).isEqualTo("1000");
        assertThat(query("select count(*) from discounts")).isEqualTo("1000");
        assertThat(query("select count(*) from discount_texts")).isEqualTo("1");
        assertThat(query("select count(*) from hints")).isEqualTo("1");

        catalog("with moved as (update orders set organization_id = '0000000a-0000-4000-8000-000000000000' returning 1)"
                + " select count(*) from moved");
        assertThat(query("select count(*) from discounts")).isEqualTo("2000");
    }

    @Test
    void anApplicationThatDoesNotKnowTheColumnGoesOn() throws Exception {
        applied();

        assertThat(update("insert into order_lines (id, order_id) values (5001, 1)"))
                .isEqualTo(1);
        assertThat(update("insert into discounts (id, line_id) values (5001, 5001)"))
                .isEqualTo(1);
        assertThat(query("select organization_id from discounts where id = 5001"))
                .isEqualTo(A.organizationId());
        assertThat(update("insert into hints values (5001, 1)")).isEqualTo(1);

        catalog("with made as (insert into orders values (3, '" + A.organizationId() + "') returning 1)"
                + " select count(*) from made");
        update("insert into order_lines (id, order_id) values (5003, 3)");
        update("insert into hints values (5003, 3)");
        assertThat(update("delete from orders where id = 3")).isEqualTo(1);
        assertThat(catalog("select count(*) from order_lines where id = 5003")).isEqualTo("0");
        assertThat(catalog(
                        "select count(*) from hints where id = 5003 and order_id is null and organization_id is null"))
                .isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "insert into order_lines (id, order_id) values (6001, 2)",
                "insert into order_lines (id, order_id, organization_id) values (6001, 1, '0000000b-0000-4000-8000-000000000000')",
                "insert into discounts (id, line_id) values (6001, 1)",
                "update order_lines set order_id = 2",
                "update order_lines set organization_id = '0000000b-0000-4000-8000-000000000000'",
                "update order_lines set organization_id = null, order_id = 2",
                "insert into discount_texts values (6001, 1)"
            })
    void noRowCanNameAForeignOne(String write) throws SQLException {
        applied();

        assertThatThrownBy(() -> update(write))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    /** A writer may name its own organization; that the row named is of it is the foreign key's to say. */
    @Test
    void aRowOfOnesOwnCannotNameAForeignOne() throws SQLException {
        applied();

        assertThatThrownBy(() -> update("insert into order_lines (id, order_id, organization_id) values (6001, 2, '"
                        + A.organizationId() + "')"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23503"));
    }

    @Test
    void undoGivesTheSchemaBack() throws SQLException {
        List<String> before = dump();
        SchemaPlan plan = DECLARATION.plan(database.owner());
        plan.apply(database.owner());
        assertThat(dump()).isNotEqualTo(before);

        plan.undo(database.owner());
        assertThat(dump()).isEqualTo(before);
        plan.undo(database.owner());
        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void theScriptsDoTheSame() throws SQLException {
        List<String> before = dump();
        SchemaPlan plan = DECLARATION.plan(database.owner());
        for (String script : plan.scripts().values()) {
            asOwner("begin;\n" + script + ";\ncommit");
        }
        assertThat(plan.drift(database.owner())).isEmpty();
        List<String> protectedOnes = dump();
        asOwner("begin;\n" + plan.undoSql() + ";\ncommit");
        assertThat(dump()).isEqualTo(before);

        asOwner("begin;\n" + plan.sql() + ";\ncommit");
        assertThat(dump()).isEqualTo(protectedOnes);
        plan.apply(database.owner());
        assertThat(dump()).isEqualTo(protectedOnes);
    }

    @Test
    void oneColumnAfterTheOther() throws SQLException {
        List<String> before = dump();
        PLAIN.plan(database.owner()).apply(database.owner());
        PLAIN.ownColumn("order_lines").plan(database.owner()).apply(database.owner());
        SchemaPlan all = DECLARATION.plan(database.owner());
        all.apply(database.owner());

        assertThat(all.drift(database.owner())).isEmpty();
        assertThat(catalog("select count(*) from discounts where organization_id is null"))
                .isEqualTo("0");
        all.undo(database.owner());
        assertThat(dump()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "alter table order_lines disable trigger order_lines_tenant_insert | order_lines: trigger order_lines_tenant_insert on public.order_lines was changed",
                "drop trigger order_lines_tenant_update on order_lines | order_lines: trigger order_lines_tenant_update on public.order_lines is missing",
                "alter table discounts drop constraint discounts_tenant_fkey | discounts: constraint discounts_tenant_fkey on public.discounts is missing",
                "drop index order_lines_tenant_idx | order_lines: index \"public\".\"order_lines_tenant_idx\" is missing",
                "alter table order_lines alter organization_id drop not null | order_lines: column organization_id may be empty",
                "alter table discounts drop column organization_id cascade | discounts: column organization_id is missing",
            })
    void whatIsNotAsPlannedIsTold(String change, String told) throws SQLException {
        SchemaPlan plan = applied();
        List<String> applied = dump();
        asOwner(change);
        assertThat(plan.drift(database.owner()))
                .anySatisfy(sentence -> assertThat(sentence).startsWith(told));

        plan.apply(database.owner());
        assertThat(plan.drift(database.owner())).isEmpty();
        assertThat(dump()).hasSameSizeAs(applied);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "alter table order_lines add organization_id text | order_lines | column organization_id of table public.order_lines has the type text",
                "create table more () inherits (order_lines) | order_lines | it is partitioned, or has to do with inheritance",
                "alter table order_lines drop constraint order_lines_order_id_fkey, add foreign key (order_id) references orders on delete set default | order_lines | foreign key order_lines_order_id_fkey of table public.order_lines sets its column to another value",
                "alter table hints add line_id bigint references order_lines | hints | its rows name several",
                "alter table hints add organization_id uuid references organizations | hints | it has a column for the organization already",
                "create table parted (id bigint primary key, organization_id uuid references organizations) partition by list (id); create table below (id bigint references parted) | below | table public.parted is partitioned",
            })
    void whatCannotBeGivenAColumnIsAskedFor(String change, String table, String question) throws SQLException {
        asOwner(change);
        SchemaPlan plan = DECLARATION.ownColumn(table).plan(database.owner());

        assertThat(plan.open().get(table)).startsWith(question);
        assertThat(plan.protectedTables()).contains("orders").doesNotContain(table);
        plan.apply(database.owner());
        assertThat(plan.drift(database.owner())).isEmpty();
    }

    /** A table that is filled is in use, and may have been protected before, so that its owner sees no row of it. */
    @Test
    void aRunThatWasStoppedGoesOn() throws SQLException {
        PLAIN.plan(database.owner()).apply(database.owner());
        asOwner(
                "create function stop() returns trigger language plpgsql as $$ begin"
                        + " raise exception 'stopped'; end $$;"
                        + " create trigger stop before update on order_lines for each row when (old.id = 1500) execute function stop()");
        SchemaPlan plan = DECLARATION.plan(database.owner());
        assertThatThrownBy(() -> plan.apply(database.owner())).hasMessageContaining("stopped");
        asOwner("drop function stop cascade");
        assertThat(plan.drift(database.owner()))
                .anySatisfy(told -> assertThat(told).contains("is not proven for all rows yet"));

        plan.apply(database.owner());
        assertThat(plan.drift(database.owner())).isEmpty();
        assertThat(catalog("select count(*) from order_lines where organization_id is null"))
                .isEqualTo("0");
        assertThat(catalog("select count(*) from pg_policy where polname like '%fill%'"))
                .isEqualTo("0");
    }

    @Test
    void theMatrixIsGreen() throws SQLException {
        applied();
        IsolationAssert.assertThat(database).isolates(matrix -> matrix);
    }
}
