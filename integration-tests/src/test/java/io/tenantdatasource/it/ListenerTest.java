package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.TenantDataSourceListener;
import io.tenantdatasource.TenantSwitchException;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#bindings")
class ListenerTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    private final List<String> events = new ArrayList<>();

    private final TenantDataSourceListener recording = new TenantDataSourceListener() {
        @Override
        public void bound(Optional<Tenant> tenant, Duration took) {
            assertThat(took).isPositive();
            events.add("bound " + name(tenant));
        }

        @Override
        public void reset(Optional<Tenant> tenant, Duration took) {
            assertThat(took).isPositive();
            events.add("reset " + name(tenant));
        }

        @Override
        public void missingTenant() {
            events.add("missing tenant");
        }

        @Override
        public void switchRefused(Optional<Tenant> checkedOutFor, Tenant current) {
            events.add("refused " + name(checkedOutFor) + " to " + name(Optional.of(current)));
        }

        @Override
        public void destroyed(Optional<Tenant> tenant, Throwable cause) {
            events.add("destroyed " + name(tenant) + ": " + ((SQLException) cause).getSQLState());
        }
    };

    private static String name(Optional<Tenant> tenant) {
        return tenant.map(t -> t.equals(ACME) ? "acme" : "globex").orElse("none");
    }

    @Test
    void hearsOfBindingAndReset() throws SQLException {
        try (Wrapped wrapped = open("app.organization_id")) {
            wrapped.queryAs(ACME, "select 1");
        }
        assertThat(events).containsExactly("bound acme", "reset acme");
    }

    @Test
    void hearsOfAMissingTenant() throws SQLException {
        try (Wrapped wrapped = open("app.organization_id")) {
            Sql.query(wrapped.dataSource, "select 1");
        }
        assertThat(events).containsExactly("missing tenant", "bound none", "reset none");
    }

    @Test
    void hearsOfARefusedSwitch() throws SQLException {
        try (Wrapped wrapped = open("app.organization_id");
                Connection connection = wrapped.checkout(ACME);
                TenantContext.Scope scope = TenantContext.open(GLOBEX)) {
            assertThatThrownBy(() -> Sql.query(connection, "select 1")).isInstanceOf(TenantSwitchException.class);
        }
        assertThat(events).containsExactly("bound acme", "refused acme to globex", "reset acme");
    }

    @Test
    void hearsOfADestroyedConnection() throws SQLException {
        try (Wrapped wrapped = Wrapped.over(
                DATABASE.administrator(), setup, builder -> unbindable(builder).listener(recording))) {
            failToBindOrReset(wrapped);
        }
        assertThat(events)
                .endsWith("destroyed acme: " + (setup.behindPooler() ? "22023" : "42602"))
                .doesNotContain("reset acme");
    }

    @Test
    void breaksNothingWhenItThrows() throws SQLException {
        TenantDataSourceListener throwing = new TenantDataSourceListener() {
            @Override
            public void bound(Optional<Tenant> tenant, Duration took) {
                throw new IllegalStateException("listener");
            }

            @Override
            public void reset(Optional<Tenant> tenant, Duration took) {
                throw new AssertionError("listener");
            }

            @Override
            public void missingTenant() {
                throw new IllegalStateException("listener");
            }

            @Override
            public void switchRefused(Optional<Tenant> checkedOutFor, Tenant current) {
                throw new IllegalStateException("listener");
            }
        };
        try (Wrapped wrapped = Wrapped.over(
                DATABASE.administrator(),
                setup,
                builder -> builder.listener(throwing).listener(recording))) {
            assertThat(wrapped.queryAs(ACME, ORGANIZATION)).isEqualTo(ACME.organizationId());
            assertThat(Sql.query(wrapped.dataSource, ORGANIZATION)).isEmpty();
            try (Connection connection = wrapped.checkout(ACME);
                    TenantContext.Scope scope = TenantContext.open(GLOBEX)) {
                assertThatThrownBy(() -> Sql.query(connection, "select 1")).isInstanceOf(TenantSwitchException.class);
            }
            wrapped.assertClean();
        }
        assertThat(events).as("the next listener hears all the same").contains("bound acme", "missing tenant");
    }

    @Test
    void breaksNothingWhenItThrowsAtADestroyedConnection() throws SQLException {
        TenantDataSourceListener throwing = new TenantDataSourceListener() {
            @Override
            public void destroyed(Optional<Tenant> tenant, Throwable cause) {
                throw new IllegalStateException("listener");
            }
        };
        try (Wrapped wrapped = Wrapped.over(
                DATABASE.administrator(), setup, builder -> unbindable(builder).listener(throwing))) {
            failToBindOrReset(wrapped);
            if (!setup.behindPooler()) {
                assertThat(wrapped.queryAs(GLOBEX, "select 1")).isEqualTo("1");
            }
        }
    }

    /** By a role that is not there where a pooler keeps the session, which PL/pgSQL would spoil for others. */
    private TenantDataSource.Builder unbindable(TenantDataSource.Builder builder) {
        return setup.behindPooler()
                ? builder.assumeRole("no_such_role")
                : builder.organizationSetting("plpgsql.organization_id");
    }

    /** Whatever comes after PL/pgSQL has taken the setting's prefix: a statement that binds, or the reset. */
    private void failToBindOrReset(Wrapped wrapped) throws SQLException {
        Connection connection = wrapped.checkout(ACME);
        if (!setup.behindPooler()) {
            Sql.execute(connection, "do 'begin end'");
        }
        assertThatThrownBy(() -> {
                    try (connection) {
                        Sql.query(connection, "select 1");
                    }
                })
                .isInstanceOf(SQLException.class);
    }

    private Wrapped open(String organizationSetting) {
        return Wrapped.over(
                DATABASE.administrator(),
                setup,
                builder -> builder.organizationSetting(organizationSetting).listener(recording));
    }
}
