package io.tenantdatasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.EachTenant.OnFailure;
import io.tenantdatasource.EachTenant.Progress;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Something runs once for each tenant, and what became of each is told. */
@Timeout(60)
class EachTenantTest {

    private static final Tenant A = Tenant.of("a");
    private static final Tenant B = Tenant.of("b");
    private static final Tenant C = Tenant.of("c");
    private static final Tenant D = Tenant.of("d");

    private final List<Tenant> ran = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void nothingIsLeftOnThisThread() {
        assertThat(TenantContext.isOpen()).isFalse();
        assertThat(Thread.interrupted()).isFalse();
    }

    private static EachTenant each(Tenant... tenants) {
        return EachTenant.of(() -> Arrays.asList(tenants));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void theTaskRunsOnceForEachWithinItsScope(int parallelism) throws SQLException {
        EachTenantReport report = each(A, B, C).parallelism(parallelism).run(tenant -> {
            assertThat(TenantContext.current()).contains(tenant);
            ran.add(tenant);
        });

        assertThat(ran).containsExactlyInAnyOrder(A, B, C);
        assertThat(report).isEqualTo(new EachTenantReport(List.of(A, B, C), java.util.Map.of(), List.of(), List.of()));
        assertThat(report.throwIfFailed()).isSameAs(report);
    }

    @Test
    void inTheOrderOfTheSourceOnTheCallersThread() throws SQLException {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();

        each(C, A, B).run(tenant -> {
            ran.add(tenant);
            threads.add(Thread.currentThread());
        });

        assertThat(ran).containsExactly(C, A, B);
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void aTenantThatIsListedTwiceRunsOnce() throws SQLException {
        assertThat(each(A, B, A).run(ran::add).done()).containsExactly(A, B);
        assertThat(ran).containsExactly(A, B);
    }

    @Test
    void aUserIsATenantOfItsOwn() throws SQLException {
        each(A, A.withUser("anna")).run(ran::add);
        assertThat(ran).containsExactly(A, A.withUser("anna"));
    }

    @Test
    void aNullTenantIsRefusedBeforeAnythingRuns() {
        assertThatNullPointerException()
                .isThrownBy(() -> each(A, null, B).run(ran::add))
                .withMessageContaining("null, after 1 others");
        assertThatNullPointerException()
                .isThrownBy(() -> EachTenant.of(() -> null).run(ran::add));
        assertThat(ran).isEmpty();
    }

    @Test
    void aSourceThatFailsThrowsBeforeAnythingRuns() {
        SQLException failure = new SQLException("no database");
        assertThatThrownBy(() -> EachTenant.of(() -> {
                            throw failure;
                        })
                        .run(ran::add))
                .isSameAs(failure);
        assertThat(ran).isEmpty();
    }

    @Test
    void theSourceIsAskedForNobodyAndTheCallersTenantIsBackAfterwards() throws SQLException {
        try (var scope = TenantContext.open(D)) {
            EachTenant.of(() -> {
                        assertThat(TenantContext.current()).isEmpty();
                        return List.of(A);
                    })
                    .run(ran::add);
            assertThat(TenantContext.current()).contains(D);
        }
        assertThat(ran).containsExactly(A);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void afterAFailureItGoesOn(int parallelism) throws SQLException {
        Exception failure = new Exception("checked");

        EachTenantReport report = each(A, B, C).parallelism(parallelism).run(tenant -> {
            if (tenant.equals(B)) {
                throw failure;
            }
        });

        assertThat(report.done()).containsExactly(A, C);
        assertThat(report.failed()).containsOnlyKeys(B).containsValue(failure);
        assertThat(report.notReached()).isEmpty();
        assertThatThrownBy(report::throwIfFailed)
                .isInstanceOf(EachTenantException.class)
                .hasMessageContaining("Done for 2 tenants, failed for 1: organization b.")
                .hasSuppressedException(failure);
    }

    @Test
    void orStops() throws SQLException {
        EachTenantReport report = each(A, B, C, D).onFailure(OnFailure.STOP).run(tenant -> {
            if (tenant.equals(B)) {
                throw new IllegalStateException("b");
            }
        });

        assertThat(report.done()).containsExactly(A);
        assertThat(report.failed()).containsOnlyKeys(B);
        assertThat(report.notReached()).containsExactly(C, D);
        assertThat(report.remaining()).containsExactly(B, C, D);
    }

    @Test
    void anErrorStopsWhateverTheRule() throws SQLException {
        EachTenantReport report = each(A, B).run(tenant -> {
            throw new AssertionError("a");
        });

        assertThat(report.failed()).containsOnlyKeys(A);
        assertThat(report.notReached()).containsExactly(B);
    }

    @Test
    void whoeverWasNotReachedIsNotDoneFor() {
        EachTenantReport report = new EachTenantReport(List.of(A), java.util.Map.of(), List.of(), List.of(B));

        assertThat(report.isComplete()).isFalse();
        assertThatThrownBy(report::throwIfFailed)
                .isInstanceOf(EachTenantException.class)
                .hasMessageContaining("stopped before 1: organization b");
    }

    @Test
    void theMessageNamesTwentyAtMost() throws SQLException {
        Tenant[] many = IntStream.range(0, 50).mapToObj(i -> Tenant.of("o" + i)).toArray(Tenant[]::new);

        EachTenantReport report = each(many).run(tenant -> {
            throw new IllegalStateException(tenant.organizationId());
        });

        assertThatThrownBy(report::throwIfFailed)
                .hasMessageContaining("organization o19 and 30 more")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly(
                                Arrays.stream(many).map(Tenant::organizationId).toArray(String[]::new)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aScopeThatATaskLeavesOpenIsClosedAndCountsAsAFailure(int parallelism) throws SQLException {
        EachTenantReport report = each(A, B, C, D).parallelism(parallelism).run(tenant -> {
            assertThat(TenantContext.current()).contains(tenant);
            if (tenant.equals(A)) {
                TenantContext.open(D);
            }
        });

        assertThat(report.failed()).containsOnlyKeys(A);
        assertThat(report.failed().get(A)).hasMessageContaining("left open");
        assertThat(report.done()).containsExactly(B, C, D);
    }

    @Test
    void someAreSkipped() throws SQLException {
        EachTenantReport report =
                each(A, B, C, D).skip(B::equals).skip(D::equals).run(ran::add);

        assertThat(ran).containsExactly(A, C);
        assertThat(report.skipped()).containsExactly(B, D);
        assertThat(report.isComplete()).isTrue();
    }

    @Test
    void aRunIsResumed() throws SQLException {
        EachTenantReport report =
                each(A, B, C, D).resumeAfter(B).skip(C::equals).run(ran::add);

        assertThat(ran).containsExactly(D);
        assertThat(report.skipped()).containsExactly(A, B, C);
    }

    @Test
    void aRunIsNotResumedAfterATenantThatIsNotThere() {
        assertThatThrownBy(() -> each(A, B).resumeAfter(D).run(ran::add))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("organization d");
        assertThat(ran).isEmpty();
    }

    @Test
    void whatRemainsCanBeRunAgain() throws SQLException {
        EachTenantReport first = each(A, B, C).onFailure(OnFailure.STOP).run(tenant -> {
            throw new Exception("at first");
        });

        EachTenant.of(first::remaining).run(ran::add).throwIfFailed();

        assertThat(ran).containsExactly(A, B, C);
    }

    @Test
    void progressIsToldForNobodyAndInOrder() throws SQLException {
        List<Progress> told = new ArrayList<>(); // not safe for concurrent use, on purpose
        RuntimeException failure = new IllegalStateException("b");

        each(A, B, C, D)
                .skip(A::equals)
                .parallelism(3)
                .progress(now -> {
                    assertThat(TenantContext.current()).isEmpty();
                    told.add(now);
                    throw new IllegalStateException("which changes nothing");
                })
                .run(tenant -> {
                    if (tenant.equals(B)) {
                        throw failure;
                    }
                });

        assertThat(told).extracting(Progress::ended).containsExactly(1, 2, 3);
        assertThat(told).extracting(Progress::total).containsOnly(3);
        assertThat(told)
                .filteredOn(now -> now.tenant().equals(B))
                .extracting(Progress::failure)
                .containsExactly(Optional.of(failure));
    }

    @Test
    void asManyRunAtATimeAsToldAndNoMore() throws SQLException {
        Tenant[] twelve =
                IntStream.range(0, 12).mapToObj(i -> Tenant.of("o" + i)).toArray(Tenant[]::new);
        CyclicBarrier four = new CyclicBarrier(4);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        each(twelve)
                .parallelism(4)
                .run(tenant -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    four.await(30, TimeUnit.SECONDS);
                    running.decrementAndGet();
                })
                .throwIfFailed();

        assertThat(most).hasValue(4);
        assertThatIllegalArgumentException().isThrownBy(() -> each(A).parallelism(0));
    }

    @Test
    void itsThreadsBeginWithNothingAndEndWithIt() throws SQLException {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        InheritableThreadLocal<String> inheritable = new InheritableThreadLocal<>();
        inheritable.set("the caller's");

        try (var scope = TenantContext.open(D)) {
            each(A, B, C)
                    .parallelism(2)
                    .run(tenant -> {
                        assertThat(inheritable.get()).isNull();
                        assertThat(Thread.currentThread().getContextClassLoader())
                                .isSameAs(EachTenantTest.class.getClassLoader());
                        threads.add(Thread.currentThread());
                    })
                    .throwIfFailed();
        }

        assertThat(threads).doesNotContain(Thread.currentThread()).noneMatch(Thread::isAlive);
    }

    @Test
    void threadsMayBeThoseOfAnotherFactory() throws SQLException {
        each(A, B)
                .parallelism(2)
                .threads(work -> new Thread(work, "mine"))
                .run(tenant -> assertThat(Thread.currentThread().getName()).isEqualTo("mine"))
                .throwIfFailed();
    }

    @Test
    void aFactoryThatFailsStopsWhatHasBegun() {
        AtomicReference<Thread> only = new AtomicReference<>();

        assertThatThrownBy(() -> each(A, B, C)
                        .parallelism(2)
                        .threads(work -> {
                            if (!only.compareAndSet(null, new Thread(work))) {
                                throw new IllegalStateException("no more threads");
                            }
                            return only.get();
                        })
                        .run(tenant -> {
                            ran.add(tenant);
                            Thread.sleep(30_000);
                        }))
                .hasMessage("no more threads");

        assertThat(only.get().isAlive()).isFalse();
        assertThat(ran).hasSizeLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void interruptingTheCallerStopsIt(int parallelism) throws Exception {
        CountDownLatch running = new CountDownLatch(parallelism);
        AtomicReference<EachTenantReport> report = new AtomicReference<>();
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                report.set(each(A, B, C, D).parallelism(parallelism).run(tenant -> {
                    ran.add(tenant);
                    running.countDown();
                    Thread.sleep(30_000);
                }));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            interrupted.set(Thread.currentThread().isInterrupted());
        });

        caller.start();
        assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
        caller.interrupt();
        caller.join();

        assertThat(ran).hasSize(parallelism);
        assertThat(report.get().failed())
                .hasSize(parallelism)
                .allSatisfy((tenant, failure) -> assertThat(failure).isInstanceOf(InterruptedException.class));
        assertThat(report.get().notReached()).hasSize(4 - parallelism);
        assertThat(interrupted.get()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void onAnInterruptedThreadNothingBegins(int parallelism) throws SQLException {
        Thread.currentThread().interrupt();

        EachTenantReport report = each(A, B).parallelism(parallelism).run(ran::add);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(report.notReached()).containsExactly(A, B);
        assertThat(ran).isEmpty();
    }

    @Test
    void anInterruptionThatATaskLeavesBehindIsNotForTheNextOneOfItsThread() throws SQLException {
        Thread[] one = new Thread[1];

        each(A, B, C)
                .parallelism(2)
                .run(tenant -> {
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    Thread.currentThread().interrupt();
                    one[0] = Thread.currentThread();
                })
                .throwIfFailed();

        assertThat(one[0]).isNotSameAs(Thread.currentThread());
    }

    @Test
    void withNoTenantsNothingIsLeftToDo() throws SQLException {
        assertThat(each().parallelism(4).run(ran::add).isComplete()).isTrue();
    }
}
