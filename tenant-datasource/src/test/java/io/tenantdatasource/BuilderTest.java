package io.tenantdatasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 6 before anything runs: what the server would not take as meant is refused, and told. */
class BuilderTest {

    private final DataSource pool = (DataSource) Proxy.newProxyInstance(
            DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
                return switch (method.getName()) {
                    case "isWrapperFor" -> false;
                    case "toString" -> "a pool";
                    default -> throw new AssertionError(method + " was called");
                };
            });

    private final TenantDataSource.Builder builder = TenantDataSource.builder(pool);

    @Test
    void tellsWhatItBuilt() {
        TenantDataSource built = builder.organizationSetting("my.org")
                .setting("my.plan", Tenant::organizationId)
                .assumeRole("authenticated")
                .binding(TenantBinding.TRANSACTION)
                .onMissingTenant(MissingTenant.FAIL)
                .onTenantSwitch(TenantSwitch.KEEP)
                .build();

        assertThat(built.pool()).isSameAs(pool);
        assertThat(built.options())
                .isEqualTo(new TenantDataSourceOptions(
                        TenantBinding.TRANSACTION,
                        MissingTenant.FAIL,
                        TenantSwitch.KEEP,
                        List.of("my.org", "app.user_id", "my.plan"),
                        Optional.of("authenticated")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "organization_id",
                "",
                ".",
                "app.",
                ".organization_id",
                "app..organization_id",
                "app.organization-id",
                "app.organization id",
                "app.1st",
                "1app.id",
                "app.id'; drop table users; --",
                "app.\"id\"",
                "app.id\n",
                "app.id\0",
                "äpp.id",
                "role",
                "search_path"
            })
    void illegalSettingNameIsRefusedAndNamed(String name) {
        String printed = name.replaceAll("\\p{Cntrl}", "\uFFFD");
        assertThatThrownBy(() -> builder.organizationSetting(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("illegal setting name")
                .hasMessageContaining(printed);
        assertThatThrownBy(() -> builder.userSetting(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.organizationsSetting(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.setting(name, t -> "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.organization_id", "App.OrganizationId", "_a._b", "a.b.c", "app.id$1"})
    void customSettingNameIsTaken(String name) {
        assertThatCode(() -> builder.organizationSetting(name).build()).doesNotThrowAnyException();
    }

    @Test
    void settingNamedTwiceIsRefusedWhateverItsCase() {
        assertThatThrownBy(() ->
                        builder.setting("App.Organization_ID", t -> "other").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("App.Organization_ID is named twice");
        assertThatThrownBy(() -> TenantDataSource.builder(pool)
                        .userSetting("app.organization_id")
                        .build())
                .hasMessageContaining("named twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "none", "a\0b"})
    void roleThatIsNoneIsRefused(String role) {
        assertThatThrownBy(() -> builder.assumeRole(role)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void buildingConnectsToNothing() {
        TenantDataSource dataSource = TenantDataSource.builder(pool)
                .binding(TenantBinding.CHECKOUT)
                .onMissingTenant(MissingTenant.FAIL)
                .onTenantSwitch(TenantSwitch.KEEP)
                .resolver(TenantContext::current)
                .listener(new TenantDataSourceListener() {})
                .build();
        assertThat(dataSource).hasToString("TenantDataSource over a pool");
    }

    @Test
    void resolverThatReturnsNullIsToldSo() {
        try (TenantDataSource dataSource =
                TenantDataSource.builder(pool).resolver(() -> null).build()) {
            assertThatThrownBy(dataSource::getConnection)
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageContaining("TenantResolver returned null");
        }
    }

    @Test
    void nullsAreRefusedAtOnce() {
        assertThatThrownBy(() -> TenantDataSource.wrap(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.resolver(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.binding(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.onMissingTenant(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.onTenantSwitch(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.listener(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.setting("app.x", null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void theSettingForSeveralOrganizationsIsOneOfItsOwn() {
        assertThat(builder.organizationsSetting("app.organization_ids")
                        .build()
                        .options()
                        .settings())
                .containsExactly("app.organization_id", "app.user_id", "app.organization_ids");
        builder.organizationsSetting("APP.organization_id");
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("named twice");
    }
}
