package io.tenantdatasource.test.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.TestDatabase;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The kit finds what is wrong, by the promise that is meant for it, and nothing in what is right. */
class ConformanceTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    private static final Map<Faulty, ConformanceReport> REPORTS = new EnumMap<>(Faulty.class);

    private static ConformanceReport reportOf(Faulty faulty) {
        return REPORTS.computeIfAbsent(
                faulty, unknown -> Conformance.of(unknown.name(), unknown).run(DATABASE));
    }

    @TestFactory
    Stream<DynamicContainer> aTenantDataSourceKeepsAllPromises() {
        return Arrays.stream(TenantBinding.values())
                .map(binding -> DynamicContainer.dynamicContainer(
                        binding.name(), ours(binding).tests(DATABASE)));
    }

    private static Conformance ours(TenantBinding binding) {
        return Conformance.of(
                binding.name(),
                pool -> TenantDataSource.builder(pool)
                        .binding(binding)
                        .databaseCheck(false)
                        .build());
    }

    @Test
    void whatDoesNothingRunsForNobody() {
        ConformanceReport report = reportOf(Faulty.DOES_NOTHING);

        assertVerdict(report, Verdict.RAN_FOR_NOBODY, Promise.PLAIN_STATEMENT, Promise.UNWRAPPED_CONNECTION);
        assertVerdict(report, Verdict.RAN_FOR_NOBODY, Promise.NEXT_TENANT, Promise.FAILED_BINDING_IS_TOLD);
        assertVerdict(report, Verdict.LEFT_BEHIND, Promise.TENANT_SET_BY_TEXT, Promise.ROLE, Promise.TEMPORARY_TABLE);
        assertVerdict(report, Verdict.LEFT_BEHIND, Promise.HELD_CURSOR, Promise.LISTEN);
        assertVerdict(report, Verdict.KEPT, Promise.NO_TENANT, Promise.CLOSED_IDLE, Promise.NO_WARNING, Promise.ERRORS);
        assertThat(report.of(Promise.PLAIN_STATEMENT).sentence())
                .isEqualTo("A plain statement in autocommit ran for nobody, but was to run for acme");
        assertThat(report.price()).isEqualTo(new Price(OptionalInt.empty(), OptionalInt.empty()));
    }

    @Test
    void whatForgetsTheResetLeavesItsTenant() {
        ConformanceReport report = reportOf(Faulty.FORGETS_THE_RESET);

        assertVerdict(report, Verdict.KEPT, Promise.PLAIN_STATEMENT, Promise.ROLLBACK, Promise.UNWRAPPED_CONNECTION);
        assertVerdict(report, Verdict.LEFT_BEHIND, Promise.CLOSED_IDLE, Promise.CLOSED_IN_FAILED_TRANSACTION);
        assertVerdict(report, Verdict.LEFT_BEHIND, Promise.CLOSED_WITH_CURSOR, Promise.CLOSED_AFTER_CANCEL);
        assertVerdict(report, Verdict.RAN_FOR_ANOTHER, Promise.NEXT_WITHOUT_TENANT, Promise.SWITCHED_TENANT);
        assertThat(report.of(Promise.NEXT_WITHOUT_TENANT).sentence())
                .isEqualTo(
                        "The first query of a checkout for nobody, after acme's, ran for acme, but was to run for nobody");
        assertThat(report.price()).isEqualTo(new Price(OptionalInt.of(2), OptionalInt.of(3)));
    }

    @Test
    void whatSwallowsAnErrorOfBindingGoesOnForNobody() {
        ConformanceReport report = reportOf(Faulty.SWALLOWS_ERRORS_OF_BINDING);

        assertVerdict(report, Verdict.SWALLOWED, Promise.FAILED_BINDING_IS_TOLD);
        assertVerdict(report, Verdict.GIVEN_OUT_AGAIN, Promise.FAILED_BINDING_DESTROYS);
        assertVerdict(report, Verdict.KEPT, Promise.PLAIN_STATEMENT, Promise.CLOSED_IDLE, Promise.NEXT_WITHOUT_TENANT);
        assertThat(report.of(Promise.FAILED_BINDING_IS_TOLD).sentence()).contains("ran for nobody");
    }

    @Test
    void whatSwallowsAnErrorOfTheResetLeavesItsTenant() {
        ConformanceReport report = reportOf(Faulty.SWALLOWS_ERRORS_OF_RESETTING);

        assertVerdict(report, Verdict.SWALLOWED, Promise.FAILED_RESET_IS_TOLD);
        assertVerdict(report, Verdict.LEFT_BEHIND, Promise.FAILED_RESET_LEAVES_NOTHING);
        assertVerdict(report, Verdict.KEPT, Promise.FAILED_BINDING_IS_TOLD, Promise.CLOSED_IDLE);
    }

    @Test
    void whatLeaksAConnectionThatFailedLeavesNoneForTheNext() {
        ConformanceReport report = reportOf(Faulty.LEAKS_CONNECTIONS_THAT_FAIL);

        assertVerdict(report, Verdict.REFUSED, Promise.WIRE_DIES_WHEN_BINDING, Promise.WIRE_DIES_WHEN_RESETTING);
        assertVerdict(report, Verdict.KEPT, Promise.FAILED_BINDING_IS_TOLD, Promise.FAILED_RESET_IS_TOLD);
        assertThat(report.of(Promise.WIRE_DIES_WHEN_BINDING).sentence()).contains("has not come back");
    }

    @Test
    void whatPutsTheTenantIntoATextFailsWhereThatHasQuotes() {
        assertVerdict(reportOf(Faulty.CONCATENATES), Verdict.REFUSED, Promise.TENANT_WITH_QUOTES);
    }

    @Test
    void whatLeavesATransactionOpenIsSeen() {
        ConformanceReport report = reportOf(Faulty.BINDS_IN_A_TRANSACTION);

        assertVerdict(report, Verdict.VISIBLE, Promise.NO_OPEN_TRANSACTION, Promise.READ_ONLY_AND_ISOLATION);
        assertVerdict(report, Verdict.RAN_FOR_NOBODY, Promise.ROLLBACK, Promise.FAILED_TRANSACTION);
    }

    @Test
    void whatPutsTextBeforeTheApplicationsIsSeen() {
        ConformanceReport report = reportOf(Faulty.PUTS_IT_BEFORE_EACH_TEXT);

        assertVerdict(report, Verdict.VISIBLE, Promise.ONE_RESULT, Promise.ERRORS);
        assertVerdict(report, Verdict.RAN_FOR_NOBODY, Promise.UNWRAPPED_CONNECTION);
    }

    @Test
    void whatGoesOnAfterCloseRunsForTheNext() {
        assertVerdict(reportOf(Faulty.GOES_ON_AFTER_CLOSE), Verdict.RAN_FOR_ANOTHER, Promise.CLOSED_CONNECTION);
    }

    /** A promise that nothing breaks proves nothing. */
    @Test
    void eachPromiseIsBrokenBySomebody() {
        Set<Promise> unbroken = EnumSet.allOf(Promise.class);
        for (Faulty faulty : Faulty.values()) {
            reportOf(faulty).broken().forEach(finding -> unbroken.remove(finding.promise()));
        }

        assertThat(unbroken).isEmpty();
    }

    @Test
    void aTestFailsWithTheSentence() {
        List<DynamicTest> tests =
                Conformance.of("nothing", Faulty.DOES_NOTHING).tests(DATABASE).toList();

        assertThat(tests).hasSameSizeAs(Promise.values());
        assertThatThrownBy(() -> tests.get(0).getExecutable().execute())
                .isInstanceOf(AssertionError.class)
                .hasMessage("nothing: a plain statement: for nobody."
                        + " A plain statement in autocommit ran for nobody, but was to run for acme");
    }

    @Test
    void anotherSettingIsAskedFor() {
        Conformance other = Conformance.of(
                "another setting",
                pool -> TenantDataSource.builder(pool)
                        .organizationSetting("app.current_tenant")
                        .databaseCheck(false)
                        .build());

        assertThat(other.organizationSetting("app.current_tenant").run(DATABASE).broken())
                .isEmpty();
        assertThat(other.run(DATABASE).of(Promise.PLAIN_STATEMENT).verdict()).isEqualTo(Verdict.RAN_FOR_NOBODY);
    }

    @Test
    void nothingStaysInTheDatabase() throws Exception {
        assertThat(Sql.query(
                        DATABASE.administrator(),
                        "select count(*) from pg_namespace where nspname like 'conformance%'"))
                .isEqualTo("0");
    }

    @Test
    void theReportCounts() {
        ConformanceReport report = reportOf(Faulty.SWALLOWS_ERRORS_OF_BINDING);

        assertThat(report.keepsAll()).isFalse();
        assertThat(report.toString())
                .startsWith("SWALLOWS_ERRORS_OF_BINDING keeps "
                        + (Promise.values().length - report.broken().size()) + " of " + Promise.values().length)
                .contains("- binding fails: that is told, and nothing runs: error swallowed. What was sent first");
    }

    private static void assertVerdict(ConformanceReport report, Verdict verdict, Promise... promises) {
        assertThat(promises)
                .extracting(promise -> report.of(promise).verdict())
                .as(() -> List.of(promises) + " of " + report)
                .containsOnly(verdict);
    }
}
