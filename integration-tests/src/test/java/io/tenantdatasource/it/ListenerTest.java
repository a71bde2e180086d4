package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
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

class ListenerTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

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
        try (Wrapped wrapped = open("plpgsql.organization_id")) {
            Connection connection = wrapped.checkout(ACME);
            Sql.execute(connection, "do 'begin end'");
            assertThatThrownBy(connection::close).isInstanceOf(SQLException.class);
        }
        assertThat(events).containsExactly("bound acme", "destroyed acme: 42602");
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
        try (Wrapped wrapped = Wrapped.pool(
                Pool.HIKARI,
                DATABASE.administrator(),
                builder -> builder.listener(throwing).listener(recording))) {
            assertThat(wrapped.queryAs(ACME, ORGANIZATION)).isEqualTo(ACME.organizationId());
            assertThat(Sql.query(wrapped.dataSource, ORGANIZATION)).isEmpty();
            try (Connection connection = wrapped.checkout(ACME);
                    TenantContext.Scope scope = TenantContext.open(GLOBEX)) {
                assertThatThrownBy(() -> Sql.query(connection, "select 1")).isInstanceOf(TenantSwitchException.class);
            }
            assertThat(Sql.query(wrapped.pool, ORGANIZATION)).isEmpty();
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
        try (Wrapped wrapped = Wrapped.pool(
                Pool.HIKARI,
                DATABASE.administrator(),
                builder ->
                        builder.organizationSetting("plpgsql.organization_id").listener(throwing))) {
            Connection connection = wrapped.checkout(ACME);
            Sql.execute(connection, "do 'begin end'");
            assertThatThrownBy(connection::close).hasMessageContaining("Could not reset");
            assertThat(wrapped.queryAs(GLOBEX, "select 1")).isEqualTo("1");
        }
    }

    private Wrapped open(String organizationSetting) {
        return Wrapped.pool(
                Pool.HIKARI,
                DATABASE.administrator(),
                builder -> builder.organizationSetting(organizationSetting).listener(recording));
    }
}
