package io.tenantdatasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantTest {

    private static final UUID ID = UUID.fromString("ac3e0000-0000-4000-8000-000000000001");

    @Test
    void isNamedByUuidOrText() {
        assertThat(Tenant.of(ID)).isEqualTo(Tenant.of(ID.toString()));
        assertThat(Tenant.of("acme").organizationId()).isEqualTo("acme");
    }

    @Test
    void hasNoUserUntilItIsNarrowed() {
        assertThat(Tenant.of("acme").userId()).isNull();
        assertThat(Tenant.of("acme").withUser(ID)).isEqualTo(new Tenant("acme", ID.toString()));
        assertThat(Tenant.of("acme").withUser("eve")).isEqualTo(new Tenant("acme", "eve"));
    }

    @Test
    void isNotTheSameForAnotherUser() {
        assertThat(Tenant.of("acme").withUser("eve")).isNotEqualTo(Tenant.of("acme"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void blankOrganizationOrUserIsRefused(String blank) {
        assertThatThrownBy(() -> Tenant.of(blank))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("organization id is blank");
        assertThatThrownBy(() -> Tenant.of("acme").withUser(blank))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("user id is blank");
    }

    @Test
    void nulCharacterIsRefusedWithoutRepeatingTheValue() {
        assertThatThrownBy(() -> Tenant.of("ac\0me"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("organization id contains a NUL character")
                .hasMessageNotContaining("ac\0me");
        assertThatThrownBy(() -> Tenant.of("acme").withUser("e\0e")).hasMessageContaining("user id contains a NUL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\uD83D", "\uDE80b", "\uDE80\uD83D"})
    void unpairedSurrogateIsRefusedForItWouldBecomeAnotherTenant(String malformed) {
        assertThatThrownBy(() -> Tenant.of(malformed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("surrogate");
    }

    @Test
    void pairedSurrogatesAreText() {
        assertThat(Tenant.of("\uD83D\uDE80").organizationId()).isEqualTo("\uD83D\uDE80");
    }

    @Test
    void unknownUserNeverWidensToTheWholeOrganization() {
        assertThatThrownBy(() -> Tenant.of("acme").withUser((String) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Tenant.of("acme").withUser((UUID) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Tenant.of((String) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Tenant.of((UUID) null)).isInstanceOf(NullPointerException.class);
    }
}
