package io.tenantdatasource.it.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.it.Pool;
import io.tenantdatasource.it.Sql;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The wire is cut after each byte of a checkout, in both directions: what the application gets is an exception or the right
 * answer, what was acknowledged is there, and the pool is whole. {@code -Dcuts.each=1} tries every byte, the default one of
 * many.
 */
@Tag("under-fire")
@ParameterizedClass
@MethodSource("places")
class CutAfterEveryByteTest {

    private static final int EACH = Integer.getInteger("cuts.each", 101);

    private static final Tenant ACME = Tenant.of("ac3e0000-0000-4000-8000-000000000001");
    private static final Tenant GLOBEX = Tenant.of("610be000-0000-4000-8000-000000000002");

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    static {
        DATABASE.execute("create table note (text text, writer text default"
                + " current_setting('app.organization_id', true)); grant all on note to public");
    }

    @Parameter(0)
    private TenantBinding binding;

    @Parameter(1)
    private Pool pool;

    private Cutter wire;
    private TenantDataSource dataSource;
    private final List<String> seen = new ArrayList<>();
    private final List<String> acknowledged = new ArrayList<>();
    private List<String> wholeSeen;
    private List<String> wholeAcknowledged;

    static Stream<Arguments> places() {
        return Stream.of(TenantBinding.values())
                .flatMap(binding -> Stream.of(Pool.HIKARI, Pool.AGROAL).map(pool -> Arguments.of(binding, pool)));
    }

    @BeforeEach
    void open() {
        PGSimpleDataSource server = DATABASE.createUser("app");
        wire = Cutter.before(server);
        dataSource = TenantDataSource.builder(pool.over(server))
                .binding(binding)
                .databaseCheck(false)
                .build();
    }

    @AfterEach
    void close() throws IOException {
        dataSource.close();
        wire.close();
    }

    @ParameterizedTest
    @EnumSource
    void anExceptionOrTheRightAnswerAndNothingLost(Work work) throws SQLException {
        for (Direction direction : Direction.values()) {
            long all = bytesOf(work, direction);
            assertThat(all).isGreaterThan(100);
            for (long after = 0; after <= all; after += EACH) {
                cutAfter(after, direction, work);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameInSingleBytes(Work work) throws SQLException {
        wire.deliverSingleBytes();

        checkOutAnd(work);

        assertAcknowledgedIsThere();
        assertThat(seen).containsOnly(ACME.organizationId());
    }

    private long bytesOf(Work work, Direction direction) throws SQLException {
        checkOutAnd(work); // what is done once a connection is done
        seen.clear();
        acknowledged.clear();
        long before = wire.passed(direction);
        checkOutAnd(work);
        wholeSeen = List.copyOf(seen);
        wholeAcknowledged = List.copyOf(acknowledged);
        return wire.passed(direction) - before;
    }

    private void cutAfter(long bytes, Direction direction, Work work) throws SQLException {
        String when = work + ", cut after " + bytes + " bytes " + direction;
        DATABASE.execute("truncate note");
        acknowledged.clear();
        seen.clear();
        wire.cutAfter(bytes, direction);
        boolean failed = false;
        try {
            checkOutAnd(work);
        } catch (SQLException e) {
            failed = true;
        }
        if (!failed) {
            assertThat(seen).as(when).isEqualTo(wholeSeen);
            assertThat(acknowledged).as(when).isEqualTo(wholeAcknowledged);
        }
        wire.neverCut();
        assertThat(seen).as(when).allMatch(ACME.organizationId()::equals);
        assertAcknowledgedIsThere();
        assertPoolIsWhole(when);
    }

    private void checkOutAnd(Work work) throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(ACME);
                Connection connection = dataSource.getConnection()) {
            work.on(connection, new Work.Progress() {
                @Override
                public void saw(String organization) {
                    seen.add(organization);
                }

                @Override
                public void committed(String note) {
                    acknowledged.add(note);
                }
            });
        }
    }

    private void assertAcknowledgedIsThere() throws SQLException {
        try (Connection administrator = DATABASE.administrator().getConnection()) {
            for (String note : acknowledged) {
                assertThat(Sql.query(administrator, "select count(*) from note where text = '" + note + "'"))
                        .as(note)
                        .isNotEqualTo("0");
            }
            assertThat(Sql.query(
                            administrator,
                            "select count(*) from note where writer is distinct from '" + ACME.organizationId() + "'"))
                    .isEqualTo("0");
        }
    }

    /**
     * There is room for one connection only: one that leaked would be waited for in vain. One that was cut while it was idle
     * no pool knows of, which fails once.
     */
    private void assertPoolIsWhole(String when) {
        try {
            assertThat(organizationOfNext()).as(when).isEqualTo(GLOBEX.organizationId());
        } catch (SQLException e) {
            assertThatCode(() -> assertThat(organizationOfNext()).isEqualTo(GLOBEX.organizationId()))
                    .as(when)
                    .doesNotThrowAnyException();
        }
    }

    private String organizationOfNext() throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(GLOBEX);
                Connection connection = dataSource.getConnection()) {
            return Sql.query(connection, Sql.ORGANIZATION);
        }
    }
}
