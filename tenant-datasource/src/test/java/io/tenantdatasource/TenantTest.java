package io.tenantdatasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    @Test
    void readsItsOwnOrganizationUntilItIsToldOthers() {
        assertThat(Tenant.of("acme").alsoReads()).isEmpty();
        assertThat(new Tenant("acme", "eve").alsoReads()).isEmpty();
        Tenant several = Tenant.of("acme").reading("globex", "acme", "initech");
        assertThat(several.organizationId()).isEqualTo("acme");
        assertThat(several.alsoReads()).containsExactly("globex", "initech");
        assertThat(several.reading("umbrella").alsoReads()).containsExactly("umbrella");
        assertThat(several.withUser("eve").alsoReads()).containsExactly("globex", "initech");
        assertThat(several.withUser("eve").reading(Set.of("umbrella")).userId()).isEqualTo("eve");
    }

    @Test
    void isNotTheSameWhenItReadsOthers() {
        Tenant acme = Tenant.of("acme");
        assertThat(acme.reading("globex")).isNotEqualTo(acme).isNotEqualTo(acme.reading("globex", "initech"));
        assertThat(acme.reading("globex", "initech")).isEqualTo(acme.reading("initech", "globex"));
        assertThat(acme.reading("acme")).isEqualTo(acme);
        assertThat(acme.reading("globex").reading()).isEqualTo(acme);
    }

    @Test
    void whatItReadsCannotBeChangedLater() {
        Set<String> organizations = new HashSet<>(Set.of("globex"));
        Tenant several = Tenant.of("acme").reading(organizations);
        organizations.add("initech");
        assertThat(several.alsoReads()).containsExactly("globex");
        assertThatThrownBy(() -> several.alsoReads().add("initech")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void organizationsThatCannotBeToldOneFromTheNextAreRefused() {
        Tenant acme = Tenant.of("acme");
        for (String malformed : new String[] {"", " ", "glo\0bex", "a\uD83D", "globex\ninitech", "globex\n"}) {
            assertThatThrownBy(() -> acme.reading("umbrella", malformed))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("id of a further organization");
        }
        assertThatThrownBy(() -> acme.reading("umbrella", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> new Tenant("acme", null, null)).isInstanceOf(NullPointerException.class);
        assertThat(Tenant.of("line\nbreak").reading("globex").alsoReads()).containsExactly("globex");
    }

    @Test
    void readsNoMoreThanAThousand() {
        Set<String> organizations = IntStream.rangeClosed(1, 1_000)
                .mapToObj(Integer::toString)
                .collect(Collectors.toCollection(HashSet::new));
        assertThat(Tenant.of("acme").reading(organizations).alsoReads()).hasSize(1_000);
        organizations.add("one more");
        assertThatThrownBy(() -> Tenant.of("acme").reading(organizations))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1001 further organizations")
                .hasMessageContaining("EachTenant");
    }
}
