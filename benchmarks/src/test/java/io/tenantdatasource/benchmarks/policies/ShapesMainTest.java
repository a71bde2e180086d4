package io.tenantdatasource.benchmarks.policies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ShapesMainTest {

    @Test
    void eachShapeShowsTheSameRowsWithRowSecurityAsAQueryThatNamesTheOrganization() {
        StringWriter out = new StringWriter();

        int exitCode = ShapesMain.commandLine()
                .setOut(new PrintWriter(out))
                .execute("--organizations=5", "--rows=100", "--rounds=1", "--millis=1");

        assertThat(exitCode).as(out.toString()).isEqualTo(Main.SAME_ROWS);
        assertThat(out.toString())
                .contains(Arrays.stream(Shape.values()).map(Shape::label).toList());
    }
}
