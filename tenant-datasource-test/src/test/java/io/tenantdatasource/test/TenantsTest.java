package io.tenantdatasource.test;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.TenantContext;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TenantsTest {

    /** Written down, so that data which somebody keeps stays theirs. */
    @Test
    void aNameStandsForTheSameIdInEachRun() {
        assertThat(ACME.organizationId()).isEqualTo("19a83264-679f-3c49-b059-f8ed8aeff5c5");
        assertThat(GLOBEX.organizationId()).isEqualTo("66efc39b-66b6-34e5-b86e-e4b7efd2f850");
    }

    @Test
    void aUserAndAnOrganizationOfOneNameDiffer() {
        assertThat(Tenants.user("acme")).isNotEqualTo(ACME.organizationId());
    }

    @Test
    void idsStandForThemselves() {
        String id = UUID.randomUUID().toString();
        assertThat(Tenants.named(id).organizationId()).isEqualTo(id);
        assertThat(Tenants.named("42").organizationId()).isEqualTo("42");
    }

    @Test
    void aBlankNameIsRefused() {
        assertThatThrownBy(() -> Tenants.named(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("organization is blank");
    }

    @Test
    void worksForATenantForAMoment() throws Exception {
        Tenants.as(ACME, () -> {
            assertThat(Tenants.as(GLOBEX, TenantContext::current)).contains(GLOBEX);
            assertThat(TenantContext.current()).contains(ACME);
        });
        assertThat(TenantContext.current()).isEmpty();
    }

    @Test
    void whatATaskThrowsComesOutAndTheTenantIsGone() {
        assertThatThrownBy(() -> Tenants.as(ACME, () -> {
                    throw new IOException("as it should");
                }))
                .isInstanceOf(IOException.class);
        assertThat(TenantContext.current()).isEmpty();
    }
}
