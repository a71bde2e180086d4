package io.tenantdatasource.benchmarks.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.benchmarks.policies.ShapesComparison.Ratio;
import io.tenantdatasource.benchmarks.policies.ShapesComparison.ShapesSizes;
import io.tenantdatasource.test.TestDatabase;
import java.io.PrintWriter;
import java.io.Writer;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShapesComparisonTest {

    @Test
    void eachShapeShowsTheSameRowsWithRowSecurityAsAQueryThatNamesTheOrganization() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            List<Ratio> ratios = new ShapesComparison(
                            database, new ShapesSizes(5, 100, 1, 1), new Progress(new PrintWriter(Writer.nullWriter())))
                    .run();

            assertThat(ratios)
                    .hasSize(Shape.values().length * ShapeQuery.values().length)
                    .allMatch(Ratio::sameRows);
        }
    }
}
