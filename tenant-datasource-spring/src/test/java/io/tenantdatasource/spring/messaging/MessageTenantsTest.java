package io.tenantdatasource.spring.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MessageTenantsTest {

    private static final Tenant ACME = Tenant.of("acme");

    private final MessageTenants tenants = new MessageTenants("Org", "User", TenantContext::current);

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(TenantContext.isOpen()).isFalse();
    }

    @Test
    void aMessageWithoutATenantIsOfNoneOnAThreadThatHasOne() {
        try (var outer = TenantContext.open(ACME);
                var scope = tenants.open(Optional.empty())) {
            assertThat(TenantContext.current()).isEmpty();
        }
    }

    @Test
    void whatIsSentWithoutATenantIsLeftAsItIsEvenIfNobodyUnderstandsIt() {
        Map<String, String> deadLetter = new HashMap<>(Map.of("Org", " "));

        tenants.tell(headers(deadLetter));

        assertThat(deadLetter).containsExactly(Map.entry("Org", " "));
    }

    @Test
    void theUserIsPartOfTheTenant() {
        Map<String, String> named = new HashMap<>(Map.of("Org", "acme"));

        assertThatThrownBy(() -> TenantContext.run(ACME.withUser("anna"), () -> tenants.tell(headers(named))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another tenant");
        assertThat(named).hasSize(1);
    }

    /** It would hand out connections of its own tenant, in a scope of the message's. */
    @Test
    void aResolverThatDoesNotSeeTheScopeIsNoticedBeforeTheListenerRuns() {
        MessageTenants deaf = new MessageTenants("Org", "User", () -> Optional.of(Tenant.of("globex")));

        assertThatThrownBy(() -> deaf.open(Optional.of(ACME)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("TenantResolver");
        assertThatThrownBy(() -> deaf.open(Optional.empty())).isInstanceOf(IllegalStateException.class);
    }

    private static MessageTenants.Headers headers(Map<String, String> values) {
        return new MessageTenants.Headers() {

            @Override
            public String get(String name) {
                return values.get(name);
            }

            @Override
            public void add(String name, String value) {
                values.put(name, value);
            }
        };
    }
}
