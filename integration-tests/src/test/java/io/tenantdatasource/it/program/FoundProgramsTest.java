package io.tenantdatasource.it.program;

import static io.tenantdatasource.TenantBinding.TRANSACTION;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.it.Pool;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was found once: programs that ran for nobody or for another, or differed from the driver, before it was mended. */
class FoundProgramsTest {

    private static final String READ = Texts.READ + " order by id";
    private static final String TYPED = Texts.READ + " where coalesce(?::text, v) = v order by id";

    @AutoClose
    private static final World WORLD = World.create();

    @ParameterizedTest
    @EnumSource
    void oneTextWithOtherTypesInAnotherStateOfTheTransaction(Value first) throws SQLException {
        for (Value next : Value.values()) {
            assertHolds(
                    TRANSACTION,
                    new Steps.AutoCommit(false),
                    times(8, new Steps.QueryAnew(TYPED, List.of(first))),
                    new Steps.AutoCommit(true),
                    times(2, new Steps.QueryAnew(TYPED, List.of(next))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTextOnAPreparedStatement(TenantBinding binding) throws SQLException {
        assertHolds(
                binding, new Steps.TextOnPrepared("insert into note (text) values ('noted')"), new Steps.Execute(READ));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- a comment ends at a carriage return too\rrollback and chain",
                "commit and chain",
                "rollback; select 1"
            })
    void theEndOfATransactionInAText(String sql) throws SQLException {
        for (TenantBinding binding : TenantBinding.values()) {
            assertHolds(
                    binding,
                    new Steps.AutoCommit(false),
                    new Steps.Execute(READ),
                    new Steps.Execute(sql),
                    new Steps.Execute(READ));
            assertHolds(binding, new Steps.AutoCommit(false), new Steps.Batch(List.of(sql)), new Steps.Execute(READ));
            assertHolds(
                    binding,
                    new Steps.AutoCommit(false),
                    new Steps.Unwrapped(READ),
                    new Steps.Execute(sql),
                    new Steps.Execute(READ));
            assertHolds(
                    binding, new Steps.AutoCommit(false), new Steps.Prepared(sql, List.of()), new Steps.Query(READ, 0));
        }
    }

    /** Left there, and found by a text with other types, the next checkout, nobody, or whoever takes the connection. */
    @Test
    void aTenantThatATextLeavesInTheSession() throws SQLException {
        for (String sql : Texts.TAMPERING) {
            for (TenantBinding binding : TenantBinding.values()) {
                for (boolean assumesRole : new boolean[] {false, true}) {
                    Surroundings surroundings = new Surroundings(Pool.HIKARI, binding, assumesRole, false, Map.of());
                    assertHolds(
                            surroundings,
                            new Steps.Execute(sql),
                            new Steps.Execute(READ),
                            new Steps.NextCheckout(Worker.NOBODY),
                            new Steps.Execute(READ));
                    assertHolds(
                            surroundings,
                            new Steps.AutoCommit(false),
                            new Steps.Execute(sql),
                            new Steps.Commit(),
                            new Steps.Execute(READ));
                }
            }
        }
    }

    @Test
    void settingsThatAreTheUsersOwnAffair() throws SQLException {
        for (TenantBinding binding : TenantBinding.values()) {
            for (String sql : List.of(
                    "set time zone 'Asia/Tokyo'", "set datestyle = 'SQL, DMY'", "set bytea_output = 'escape'")) {
                assertHolds(
                        binding, new Steps.Execute(sql), new Steps.NextCheckout(Worker.ACME), new Steps.Execute(READ));
            }
        }
    }

    @Test
    void whatATriggerLeavesInTheSession() throws SQLException {
        for (String sql : Texts.TRIGGERING) {
            assertHolds(TRANSACTION, new Steps.Execute(sql), new Steps.Execute(sql), new Steps.Execute(READ));
            assertHolds(
                    TRANSACTION,
                    new Steps.UpdateWithKeys("insert into doc (v) values ('new')"),
                    new Steps.Execute(sql),
                    new Steps.Execute(sql),
                    new Steps.UpdateWithKeys("insert into doc (v) values ('new')"),
                    new Steps.NextCheckout(Worker.NOBODY),
                    new Steps.Execute(READ));
        }
    }

    @Test
    void aBatchOfTextsThatReadAndWrite() throws SQLException {
        for (TenantBinding binding : TenantBinding.values()) {
            assertHolds(
                    binding,
                    new Steps.PreparedBatch(
                            Texts.READ + " where id <> ? order by id; update doc set n = ? where id = 1",
                            List.of(List.of(Value.STRING, Value.LONG), List.of(Value.LONG, Value.LONG))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowsThatACursorOrATableKeeps(TenantBinding binding) throws SQLException {
        assertHolds(
                binding,
                new Steps.Execute("declare h cursor with hold for " + Texts.READ + " order by id"),
                new Steps.Execute("create temp table if not exists kept as " + Texts.READ),
                new Steps.Execute("listen channel"),
                new Steps.NextCheckout(Worker.GLOBEX),
                new Steps.Execute("fetch 2 from h"),
                new Steps.Execute("table kept order by v"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"25001", "26000", "08006", "0A000", "XX000"})
    void aFunctionThatFailsWithAStateThatTheDriverActsOn(String state) throws SQLException {
        for (TenantBinding binding : TenantBinding.values()) {
            assertHolds(
                    binding,
                    new Steps.Execute("select failed('" + state + "')"),
                    new Steps.Prepared("select failed('" + state + "')", List.of()),
                    new Steps.Execute(READ));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEndThatWasToldAlready(TenantBinding binding) throws SQLException {
        assertHolds(
                binding,
                new Steps.Execute(READ),
                new Steps.Terminate(),
                new Steps.Execute(READ),
                new Steps.NextCheckout(Worker.ACME),
                new Steps.Execute(READ));
    }

    @ParameterizedTest
    @EnumSource
    void useAfterCloseByAThreadThatWorksForSomebodyElse(TenantBinding binding) throws SQLException {
        assertHolds(
                binding, new Steps.Execute(READ), new Steps.NextCheckout(Worker.ACME), new Steps.UseAfterClose(READ));
    }

    /** Which HikariCP takes for a broken connection, for it says 0A000: that is told already when it is returned. */
    @ParameterizedTest
    @EnumSource
    void aTextThatTheDriverDoesNotTakeForABatch(TenantBinding binding) throws SQLException {
        assertHolds(
                binding,
                new Steps.Unwrapped(READ),
                new Steps.Batch(List.of("begin; " + READ)),
                new Steps.NextCheckout(Worker.ACME));
    }

    @Test
    void rowsOfASessionThatHasEnded() throws SQLException {
        assertHolds(
                TRANSACTION,
                new Steps.AutoCommit(false),
                new Steps.OpenCursor("select told() || v from doc order by id", 1),
                new Steps.Terminate(),
                new Steps.Fetch(1));
    }

    private static Step[] times(int count, Step step) {
        return Collections.nCopies(count, step).toArray(Step[]::new);
    }

    /** @param steps steps, and arrays of such */
    private static void assertHolds(TenantBinding binding, Object... steps) throws SQLException {
        assertHolds(
                new Surroundings(Pool.HIKARI, binding, false, false, Map.of()),
                Stream.of(steps)
                        .flatMap(step -> step instanceof Step[] several ? Stream.of(several) : Stream.of((Step) step))
                        .toArray(Step[]::new));
    }

    private static void assertHolds(Surroundings surroundings, Step... steps) throws SQLException {
        assertHolds(new Program(surroundings, Worker.ACME, List.of(steps)));
    }

    private static void assertHolds(Program program) throws SQLException {
        assertThat(new Judge(WORLD).judge(program)).as(program.code()).isEmpty();
    }
}
