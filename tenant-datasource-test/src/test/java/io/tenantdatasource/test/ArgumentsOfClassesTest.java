package io.tenantdatasource.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** All of a class once for each organization, with the annotation nowhere but on the constructor's parameter. */
@ParameterizedClass
@ValueSource(strings = {"acme", "globex"})
class ArgumentsOfClassesTest {

    private final String organization;
    private Optional<Tenant> before;

    ArgumentsOfClassesTest(@AsTenant String organization) {
        this.organization = organization;
    }

    @BeforeEach
    void remember() {
        before = TenantContext.current();
    }

    @Test
    void eachTestWorksForTheArgumentOfItsClass() {
        assertThat(TenantContext.current())
                .contains(Tenants.named(organization))
                .isEqualTo(before);
    }

    @Test
    @AsTenant("initech")
    void theMethodsAnnotationWins() {
        assertThat(TenantContext.current()).contains(Tenants.named("initech")).isEqualTo(before);
    }
}
