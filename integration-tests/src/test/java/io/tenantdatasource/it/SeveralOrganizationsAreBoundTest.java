package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantSwitchException;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The further organizations of a tenant come and go with it. */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#poolsAndBindings")
class SeveralOrganizationsAreBoundTest {

    private static final String SETTING = "app.organization_ids";
    private static final String FURTHER = "select current_setting('" + SETTING + "', true)";
    private static final Tenant ACME_READING_TWO = ACME.reading("b", GLOBEX.organizationId());

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    private PGSimpleDataSource user;

    @BeforeEach
    void createUser() {
        user = DATABASE.createUser("app");
    }

    private Wrapped wrapped() {
        return Wrapped.over(user, setup, builder -> builder.organizationsSetting(SETTING));
    }

    @Test
    void theyAreToldOneALineAndDoNotStay() throws SQLException {
        try (Wrapped wrapped = wrapped()) {
            assertThat(wrapped.queryAs(ACME_READING_TWO, FURTHER)).isEqualTo(GLOBEX.organizationId() + "\nb");
            assertThat(Sql.query(wrapped.pool, FURTHER)).isNullOrEmpty();
            assertThat(wrapped.queryAs(ACME, FURTHER)).isEmpty();
            assertThat(Sql.query(wrapped.dataSource, FURTHER))
                    .as("without a tenant")
                    .isEmpty();
            wrapped.assertClean();
        }
    }

    @Test
    void theySurviveTransactions() throws SQLException {
        try (Wrapped wrapped = wrapped();
                Connection connection = wrapped.checkout(ACME_READING_TWO)) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 2; i++) {
                assertThat(Sql.query(connection, FURTHER)).endsWith("b");
                connection.rollback();
                assertThat(Sql.query(connection, FURTHER)).endsWith("b");
                connection.commit();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'; drop table note; --", "\\'", "O'Reilly \"&\" Söhne", "$1 $$ ? :name", "{\"a\",b}", "\t"})
    void valuesArriveAsTheyAre(String further) throws SQLException {
        try (Wrapped wrapped = wrapped()) {
            String told = "x" + further;
            assertThat(wrapped.queryAs(ACME.reading(told), FURTHER)).isEqualTo(told);
        }
    }

    @Test
    void aThousandAreToldToo() throws SQLException {
        Tenant tenant = ACME.reading(IntStream.range(0, 1_000)
                .mapToObj(i -> "610be000-0000-4000-8000-%012d".formatted(i))
                .collect(Collectors.toSet()));
        try (Wrapped wrapped = wrapped()) {
            assertThat(wrapped.queryAs(tenant, "select length(current_setting('" + SETTING + "'))"))
                    .isEqualTo(String.valueOf(1_000 * 37 - 1));
        }
    }

    @Test
    void withoutASettingForThemNoConnectionIsBorrowed() throws SQLException {
        try (Wrapped wrapped = Wrapped.over(user, setup)) {
            assertThatThrownBy(() -> wrapped.checkout(ACME_READING_TWO))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"))
                    .hasMessageContaining("organizationsSetting")
                    .hasMessageContaining("no connection was borrowed");
            assertThat(wrapped.queryAs(ACME.reading(ACME.organizationId()), "select 1"))
                    .as("its own alone")
                    .isEqualTo("1");
        }
    }

    @Test
    void readingOthersIsATenantOfItsOwn() throws SQLException {
        try (Wrapped wrapped = wrapped();
                Connection connection = wrapped.checkout(ACME)) {
            try (TenantContext.Scope scope = TenantContext.open(ACME_READING_TWO)) {
                assertThatThrownBy(() -> Sql.query(connection, "select 1"))
                        .isInstanceOf(TenantSwitchException.class)
                        .hasMessageContaining("which also reads " + GLOBEX.organizationId() + ", b");
            }
            try (TenantContext.Scope scope = TenantContext.open(ACME.reading())) {
                assertThat(Sql.query(connection, "select 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void whatSqlTextLeavesInTheSettingIsFoundOrTakenBack() throws SQLException {
        try (Wrapped wrapped = wrapped()) {
            try (Connection connection = wrapped.checkout(ACME)) {
                Sql.query(connection, "select set_config('" + SETTING + "', 'leftover', false)");
            }
            assertThat(wrapped.queryAs(ACME, FURTHER)).isEmpty();
            assertThat(Sql.query(wrapped.pool, FURTHER)).isNullOrEmpty();
        }
    }
}
