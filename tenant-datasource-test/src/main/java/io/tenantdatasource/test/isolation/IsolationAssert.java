package io.tenantdatasource.test.isolation;

import io.tenantdatasource.test.TestDatabase;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * Asserts that a database isolates its tenants.
 *
 * <pre>{@code
 * IsolationAssert.assertThat(database).isolates(matrix -> matrix.global("countries"));
 * }</pre>
 */
public final class IsolationAssert {

    private final IsolationMatrix matrix;

    private IsolationAssert(IsolationMatrix matrix) {
        this.matrix = matrix;
    }

    /**
     * Of a test database.
     *
     * @param database with its schema
     * @return what to assert of it
     */
    public static IsolationAssert assertThat(TestDatabase database) {
        return new IsolationAssert(IsolationMatrix.of(database));
    }

    /**
     * Of any other database for tests.
     *
     * @param administrator as {@link IsolationMatrix#of(DataSource)} takes it
     * @return what to assert of it
     */
    public static IsolationAssert assertThat(DataSource administrator) {
        return new IsolationAssert(IsolationMatrix.of(administrator));
    }

    /**
     * Asserts that nothing of another tenant's can be seen or changed, and that each tenant can work with its own rows.
     *
     * @return this
     * @throws AssertionError if not; with the matrix, and with what is wrong, why, and what to do
     */
    public IsolationAssert isolates() {
        return isolates(UnaryOperator.identity());
    }

    /**
     * Asserts the same, of a matrix that was told more.
     *
     * @param allowing names what is meant to be everybody's, or to be trusted
     * @return this
     * @throws AssertionError if not; with the matrix, and with what is wrong, why, and what to do
     */
    public IsolationAssert isolates(UnaryOperator<IsolationMatrix> allowing) {
        IsolationReport report = allowing.apply(matrix).run();
        if (!report.isolates()) {
            throw new AssertionError("The database does not isolate its tenants\n\n" + report);
        }
        return this;
    }
}
