package io.tenantdatasource.benchmarks.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.benchmarks.policies.SeveralComparison.Ratio;
import io.tenantdatasource.benchmarks.policies.ShapesComparison.ShapesSizes;
import io.tenantdatasource.test.TestDatabase;
import java.io.PrintWriter;
import java.io.Writer;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeveralComparisonTest {

    @Test
    void whoReadsSeveralSeesTheRowsOfEachAndTheOwnOnesByTheirKeys() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            List<Ratio> ratios = new SeveralComparison(
                            database,
                            new ShapesSizes(200, 8_000, 1, 1),
                            new Progress(new PrintWriter(Writer.nullWriter())))
                    .run();

            assertThat(ratios)
                    .hasSize(SeveralComparison.READERS.size() * SeveralQuery.values().length)
                    .allMatch(Ratio::rightRows);
        }
    }
}
