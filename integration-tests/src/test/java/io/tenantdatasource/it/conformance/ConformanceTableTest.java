package io.tenantdatasource.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tenantdatasource.it.conformance.ConformanceTable.Column;
import io.tenantdatasource.it.pooler.PgBouncer;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.conformance.Verdict;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who keeps which promise over HikariCP: ours all of them, and the others what {@code docs/conformance.md} says. */
class ConformanceTableTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @TestFactory
    Stream<DynamicTest> boundAtCheckout() {
        return Candidate.CHECKOUT.conformance().tests(DATABASE);
    }

    @TestFactory
    Stream<DynamicTest> boundInEachTransaction() {
        return Candidate.TRANSACTION.conformance().tests(DATABASE);
    }

    @Test
    void theDocumentedTableIsWhatComesOfIt() throws IOException, SQLException {
        assumeTrue(PgBouncer.isInstalled(), "PgBouncer is not installed, which two lines of the table need");
        Map<Candidate, Column> columns = new TreeMap<>();
        for (Candidate candidate : Candidate.values()) {
            columns.put(candidate, column(candidate));
        }
        assertThat(columns.get(Candidate.TRANSACTION).pooledInAutocommit()).isEqualTo(Verdict.KEPT);
        assertThat(columns.get(Candidate.TRANSACTION).pooledInTransactions()).isEqualTo(Verdict.KEPT);

        String table = ConformanceTable.of(columns);
        if (System.getProperty("conformance.update") != null) {
            ConformanceTable.update(table);
        }
        assertThat(ConformanceTable.documented())
                .as(
                        "docs/conformance.md; -Dconformance.update writes it anew, if it is the page that is wrong. %s",
                        columns)
                .isEqualTo(table);
    }

    private static Column column(Candidate candidate) throws SQLException {
        return new Column(
                candidate.conformance().run(DATABASE),
                BehindAPooler.of(candidate, DATABASE, true),
                BehindAPooler.of(candidate, DATABASE, false));
    }
}
