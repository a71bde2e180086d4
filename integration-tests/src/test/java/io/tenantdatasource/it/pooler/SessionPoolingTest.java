package io.tenantdatasource.it.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.it.pooler.PgBouncer.Pooling;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bouncer that lends a server session to a client for as long as it is connected is right for every binding. */
class SessionPoolingTest {

    private static final int SESSIONS = 3;
    private static final int THREADS = 16;
    private static final int CHECKOUTS = 1_000;

    @AutoClose
    private final Notes notes = new Notes();

    @AutoClose
    private PgBouncer bouncer;

    @BeforeEach
    void putABouncerBeforeTheServer() {
        bouncer = PgBouncer.start(Pooling.SESSION, SESSIONS, notes.application());
        bouncer.before(notes.application());
    }

    @ParameterizedTest
    @EnumSource
    void everyOrganizationSeesAndWritesItsOwnNotesAlone(TenantBinding binding) throws Exception {
        try (TenantDataSource pool = notes.pool(SESSIONS, binding)) {
            Sightings sightings = Sightings.of(pool, THREADS, CHECKOUTS);

            assertThat(sightings.foreign()).as("foreign notes seen").isZero();
            assertThat(sightings.nothing()).as("own notes missed").isZero();
            assertThat(sightings.failures()).isEmpty();
            assertThat(notes.countAfterTheStart("organization <> meant")).isZero();
            assertThat(notes.countAfterTheStart("organization = meant")).isEqualTo(sightings.written());
        }
    }
}
