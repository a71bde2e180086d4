package io.tenantdatasource.test;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.converter.ConvertWith;
import org.junit.jupiter.params.converter.TypedArgumentConverter;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@AsTenant("acme")
class AsTenantTest {

    private Optional<Tenant> before;

    @BeforeAll
    @AfterAll
    static void theClassAroundItsTests() {
        assertThat(TenantContext.current()).contains(ACME);
    }

    @BeforeEach
    void remember() {
        before = TenantContext.current();
    }

    @AfterEach
    void whatIsRunBeforeAndAfterWorksForTheSame() {
        assertThat(TenantContext.current()).isEqualTo(before);
    }

    @Test
    void aTestWorksForTheTenantOfItsClass() {
        assertThat(TenantContext.current()).contains(ACME).isEqualTo(before);
    }

    @Test
    @AsTenant("globex")
    void theMethodsAnnotationWins() {
        assertThat(TenantContext.current()).contains(GLOBEX).isEqualTo(before);
    }

    @Test
    @AsTenant(user = "anna")
    void aUserNarrowsTheTenantFurtherOut() {
        assertThat(TenantContext.current())
                .contains(Tenants.named("acme", "anna"))
                .isEqualTo(before);
    }

    @RepeatedTest(2)
    @AsTenant(user = "anna")
    void aUserNarrowsInEachRunOfATemplate() {
        assertThat(TenantContext.current()).contains(Tenants.named("acme", "anna"));
    }

    @Test
    @WithoutTenant
    void aMethodMayBeLeftOut() {
        assertThat(TenantContext.current()).isEmpty();
        assertThat(before).isEmpty();
    }

    @Test
    @AsTenant("6f1c6a3e-5d0e-4a9f-8b4e-0f6d8f1a2b3c")
    void anIdStandsForItself() {
        assertThat(TenantContext.current()).contains(Tenant.of("6f1c6a3e-5d0e-4a9f-8b4e-0f6d8f1a2b3c"));
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aTestOnAThreadOfItsOwnWorksForTheTenantToo() {
        assertThat(TenantContext.current()).contains(ACME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme", "globex"})
    void anArgumentTellsTheTenantOfItsRun(@AsTenant String organization) {
        assertThat(TenantContext.current())
                .contains(Tenants.named(organization))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("tenants")
    void anArgumentMayBeATenant(@AsTenant Tenant tenant) {
        assertThat(TenantContext.current()).contains(tenant).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = "globex")
    void anArgumentMayBeConverted(@AsTenant @ConvertWith(ToTenant.class) Tenant tenant) {
        assertThat(TenantContext.current()).contains(GLOBEX);
        assertThat(before).contains(ACME);
    }

    static final class ToTenant extends TypedArgumentConverter<String, Tenant> {

        ToTenant() {
            super(String.class, Tenant.class);
        }

        @Override
        protected Tenant convert(String name) {
            return Tenants.named(name);
        }
    }

    static Stream<Tenant> tenants() {
        return Stream.of(GLOBEX, Tenants.named("acme", "anna"));
    }

    @ParameterizedTest
    @ValueSource(strings = "6f1c6a3e-5d0e-4a9f-8b4e-0f6d8f1a2b3c")
    void anArgumentMayBeAnIdAndItsUserAName(@AsTenant(user = "anna") UUID organization) {
        assertThat(TenantContext.current()).contains(Tenant.of(organization).withUser(Tenants.user("anna")));
    }

    @TestFactory
    Stream<DynamicTest> aFactoryWorksForTheTenant() {
        Optional<Tenant> whenMade = TenantContext.current();
        return Stream.of(
                DynamicTest.dynamicTest("made", () -> assertThat(whenMade).contains(ACME)));
    }

    @Nested
    class InANestedClass {

        @Test
        void theOuterClassHolds() {
            assertThat(TenantContext.current()).contains(ACME);
        }
    }

    @Nested
    @AsTenant("globex")
    class InANestedClassOfItsOwn {

        @Test
        void theInnerAnnotationWins() {
            assertThat(TenantContext.current()).contains(GLOBEX);
        }

        @Test
        @AsTenant(user = "ben")
        void aUserNarrowsTheNearest() {
            assertThat(TenantContext.current()).contains(Tenants.named("globex", "ben"));
        }
    }

    @Nested
    @WithoutTenant
    class WithoutAny {

        @Test
        void thereIsNone() {
            assertThat(TenantContext.current()).isEmpty();
        }
    }
}
