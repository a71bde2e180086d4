package io.tenantdatasource.benchmarks.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** A small comparison has every cell, in each of its forms, and no policy shows other rows. Times are not looked at. */
class ComparisonTest {

    private static final Sizes SMALL = new Sizes(20, 200, 1000, 2, 1);

    private static final StringWriter PROGRESS = new StringWriter();

    private static Results results;

    @BeforeAll
    static void compare() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            results = new Comparison(
                            database, List.of(Protection.values()), new Progress(new PrintWriter(PROGRESS, true)))
                    .run(SMALL);
        }
    }

    @Test
    void everyPolicyShowsWhatTheQueryThatNamesTheOrganizationShows() {
        assertThat(results.cells()).hasSize(Query.values().length * Protection.values().length);
        assertThat(results.cells())
                .allSatisfy(cell -> assertThat(cell.rows())
                        .as("%s, %s", cell.protection(), cell.query())
                        .isEqualTo(results.cell(Protection.PLAIN, cell.query()).rows()));
        assertThat(results.showTheSameRows()).isTrue();
    }

    @Test
    void whoAsksFindsTheirRowsAndNobodyFindsNone() {
        assertThat(Stream.of(Query.values())
                        .map(query -> results.cell(Protection.PLAIN, query).rows()))
                .containsExactly(1L, 1L, 5L, 5L, 50L, 20L, 20L, 50L, 20L, 20L, 0L);
    }

    @Test
    void everyCellHasARoundOfEachTurn() {
        assertThat(results.cells())
                .allSatisfy(cell -> assertThat(cell.millisByRound()).hasSize(SMALL.rounds()));
    }

    @Test
    void tellsItsProgress() {
        assertThat(PROGRESS.toString().lines())
                .hasSize(2 * Protection.values().length + 2)
                .allSatisfy(line -> assertThat(line).contains("0").endsWith("100 %"));
    }

    @Test
    void theTableHasEveryCell() {
        StringWriter text = new StringWriter();
        new TextTable(results).print(new PrintWriter(text));

        assertThat(text.toString()).doesNotContain("OTHER ROWS");
        assertThat(text.toString().lines().filter(line -> line.startsWith("| ")))
                .hasSize(Protection.values().length + 2)
                .allSatisfy(line -> assertThat(line.split("\\|")).hasSize(Query.values().length + 2));
        for (Protection protection : results.protectionsProper()) {
            assertThat(text.toString())
                    .containsPattern("\\| " + java.util.regex.Pattern.quote(protection.label())
                            + " +(\\| +[\\d.,]+ \\([\\d.,]+\\) ){" + Query.values().length + "}\\|");
        }
    }

    @Test
    void theTableNamesWhatShowsOtherRows() {
        Results.Cell wrong = new Results.Cell(Protection.THROUGH_USERS, Query.COUNT_SMALL, 51, List.of(1.0, 1.0));
        Results others = new Results(
                results.serverVersion(),
                SMALL,
                results.cells().stream()
                        .map(cell ->
                                cell.protection() == wrong.protection() && cell.query() == wrong.query() ? wrong : cell)
                        .toList());
        StringWriter text = new StringWriter();
        new TextTable(others).print(new PrintWriter(text));

        assertThat(others.showTheSameRows()).isFalse();
        assertThat(text.toString()).contains("OTHER ROWS: throughUsers(), count all, S: 51 instead of 50.");
    }

    @Test
    void theJsonHasEveryCell() {
        assertThat(new Json(results).text())
                .startsWith("{")
                .endsWith("}\n")
                .containsPattern(
                        "\"protection\": \"throughUsers\\(\\)\", \"query\": \"count all, S\", \"rows\": 50, \"milli");
    }

    @Test
    void theChartIsWellFormedAndTellsItsNumbersInWords() throws Exception {
        String svg = new BarChart(results).text();
        Element root = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();

        int bars = Query.values().length * results.protectionsProper().size();
        assertThat(root.getTagName()).isEqualTo("svg");
        assertThat(root.getElementsByTagName("title").getLength()).isEqualTo(1);
        assertThat(root.getElementsByTagName("rect").getLength())
                .isEqualTo(1 + results.protectionsProper().size() + bars);
        assertThat(root.getElementsByTagName("desc").item(0).getTextContent())
                .contains(Stream.of(Query.values()).map(Query::label).toList());
    }
}
