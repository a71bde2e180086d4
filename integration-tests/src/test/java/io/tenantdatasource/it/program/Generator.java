package io.tenantdatasource.it.program;

import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.it.Pool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes a program of a seed: always the same of the same. */
final class Generator {

    private static final int MOST_STEPS = 24;
    private static final int MOST_TEXTS = 6;

    private final Random random;

    /** A program has few texts, so that it meets each of them again. */
    private final List<String> texts = new ArrayList<>();

    private final List<Texts.WithParameters> prepared = new ArrayList<>();

    private Generator(long seed) {
        this.random = new Random(seed);
    }

    static Program program(long seed) {
        return new Generator(seed).program();
    }

    private Program program() {
        Surroundings surroundings = surroundings();
        boolean tampers = chance(40);
        for (int i = 0; i < MOST_TEXTS; i++) {
            texts.add(oneOf(tampers && chance(40) ? tampering(surroundings) : harmless()));
        }
        prepared.add(oneOf(Texts.PREPARED));
        prepared.add(oneOf(Texts.PREPARED));
        List<Step> steps = Stream.generate(this::step)
                .limit(3 + random.nextInt(MOST_STEPS - 2))
                .toList();
        return new Program(surroundings, worker(), steps);
    }

    private List<String> harmless() {
        return chance(50) ? Texts.ABOUT_ROWS : Texts.OTHERS;
    }

    private List<String> tampering(Surroundings surroundings) {
        boolean triggersAreLookedFor = surroundings.binding() == TenantBinding.TRANSACTION && !surroundings.pooler();
        return triggersAreLookedFor && chance(20) ? Texts.TRIGGERING : Texts.TAMPERING;
    }

    private Surroundings surroundings() {
        boolean pooler = chance(20);
        TenantBinding binding = pooler || chance(65) ? TenantBinding.TRANSACTION : TenantBinding.CHECKOUT;
        Map<String, String> driver = new HashMap<>();
        Surroundings.DRIVER_PROPERTIES.forEach((name, values) -> {
            if (chance(15)) {
                driver.put(name, oneOf(values));
            }
        });
        if (pooler) {
            driver.remove("prepareThreshold");
        }
        return new Surroundings(oneOf(List.of(Pool.values())), binding, chance(25), pooler, driver);
    }

    private Worker worker() {
        return chance(60) ? Worker.ACME : oneOf(List.of(Worker.values()));
    }

    private Step step() {
        return chance(45) ? plain() : chance(40) ? withParameters() : other();
    }

    private Step plain() {
        String sql = text();
        return oneOf(List.<Supplier<Step>>of(
                        () -> new Steps.Execute(sql),
                        () -> new Steps.Execute(sql),
                        () -> new Steps.Execute(sql),
                        () -> new Steps.Query(sql, chance(30) ? 2 : 0),
                        () -> new Steps.Update(sql),
                        () -> new Steps.UpdateWithKeys(sql),
                        () -> new Steps.Prepared(sql, List.of()),
                        () -> new Steps.PreparedAnew(sql, List.of())))
                .get();
    }

    private Step withParameters() {
        Texts.WithParameters text = oneOf(prepared);
        return oneOf(List.<Supplier<Step>>of(
                        () -> new Steps.Prepared(text.sql(), values(text)),
                        () -> new Steps.PreparedAnew(text.sql(), values(text)),
                        () -> new Steps.QueryAnew(text.sql(), values(text)),
                        () -> new Steps.PreparedWithKeys(text.sql(), values(text)),
                        () -> new Steps.PreparedBatch(
                                text.sql(),
                                Stream.generate(() -> values(text))
                                        .limit(1 + random.nextInt(3))
                                        .toList()),
                        () -> new Steps.Described(text.sql())))
                .get();
    }

    private List<Value> values(Texts.WithParameters text) {
        return IntStream.range(0, text.count())
                .mapToObj(i -> oneOf(List.of(Value.values())))
                .toList();
    }

    private Step other() {
        return oneOf(List.<Supplier<Step>>of(
                        Steps.Commit::new,
                        Steps.Commit::new,
                        Steps.Rollback::new,
                        () -> new Steps.AutoCommit(random.nextBoolean()),
                        () -> new Steps.AutoCommit(random.nextBoolean()),
                        () -> new Steps.Serializable(random.nextBoolean()),
                        () -> new Steps.ReadOnly(random.nextBoolean()),
                        Steps.SetSavepoint::new,
                        () -> new Steps.RollbackTo(random.nextInt(3)),
                        () -> new Steps.Release(random.nextInt(3)),
                        () -> new Steps.OpenCursor(oneOf(Texts.ABOUT_ROWS), 1 + random.nextInt(2)),
                        () -> new Steps.OpenCursor("select told() || v from doc order by id", 1),
                        () -> new Steps.Fetch(1 + random.nextInt(3)),
                        () -> new Steps.Fetch(1 + random.nextInt(3)),
                        Steps.CloseCursor::new,
                        Steps.UpdateRow::new,
                        Steps.MetaData::new,
                        Steps.Warnings::new,
                        Steps.Call::new,
                        this::batch,
                        () -> new Steps.TextOnPrepared(text()),
                        () -> new Steps.Described(text()),
                        () -> new Steps.Unwrapped(text()),
                        Steps.Copy::new,
                        Steps.LargeObject::new,
                        Steps.Terminate::new,
                        () -> new Steps.NextCheckout(worker()),
                        () -> new Steps.NextCheckout(worker()),
                        () -> new Steps.NextCheckout(worker()),
                        () -> new Steps.UseAfterClose(text())))
                .get();
    }

    /** What sets another tenant, and what reads for them, in one call would be its author's own doing. */
    private Step batch() {
        boolean tampers = texts.stream().anyMatch(Texts::tampers);
        return new Steps.Batch(tampers ? List.of(text()) : List.of(text(), oneOf(Texts.ABOUT_ROWS), text()));
    }

    private String text() {
        return chance(30) ? oneOf(Texts.ABOUT_ROWS) : oneOf(texts);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
