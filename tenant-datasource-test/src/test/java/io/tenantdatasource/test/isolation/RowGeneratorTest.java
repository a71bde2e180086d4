package io.tenantdatasource.test.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rows are made of whatever the catalogue says; shown by attempts that succeed, as nothing is in their way. */
@TenantDatabase(scripts = "/io/tenantdatasource/test/isolation/many-types.sql")
class RowGeneratorTest {

    private static List<Cell> cells;

    @BeforeAll
    static void run(TestDatabase database) {
        cells = IsolationMatrix.of(database).global("currencies").run().cells();
    }

    @Test
    void aRowOfEachTableIsMadeForEachTenant() {
        assertThat(cells.stream().filter(cell -> cell.verdict() == Verdict.NOT_TRIED))
                .isEmpty();
    }

    @Test
    void whatNothingStopsGetsThrough() {
        assertThat(cells.stream().filter(cell -> cell.verdict() != Verdict.OPEN && cell.verdict() != Verdict.WORKS))
                .isEmpty();
    }

    @Test
    void allTablesAreFound() {
        Set<String> targets = cells.stream().map(Cell::target).collect(Collectors.toSet());
        assertThat(targets)
                .containsExactlyInAnyOrder(
                        "organizations",
                        "each_type",
                        "Odd \"Names\"",
                        "checks",
                        "teams",
                        "people",
                        "folders",
                        "files",
                        "versions",
                        "prices",
                        "preferences",
                        "by_list",
                        "by_list_eu",
                        "by_list_other",
                        "by_two",
                        "by_two_eu",
                        "by_two_eu_2026",
                        "by_tenant",
                        "by_tenant_0",
                        "by_tenant_1",
                        "by_tenant_2",
                        "by_tenant_3",
                        "by_hash",
                        "by_hash_0",
                        "by_hash_1",
                        "documents",
                        "contracts",
                        "billing.invoices");
    }
}
