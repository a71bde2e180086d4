package io.tenantdatasource.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The tables and the chart have every ratio, where it belongs. */
class ReportTest {

    private static final Task BATCH = new Task("Postgres.batchOfHundredInserts", "loopback");
    private static final Task NEAR = new Task("Postgres.selectByKey", "loopback");
    private static final Task FAR = new Task("Postgres.selectByKey", "0.4 ms away");
    private static final Task WRAPPER = new Task("Wrapper.checkoutAndReturn", Task.NO_SERVER);

    private final Ratios ratios = new Ratios();

    @BeforeEach
    void measure() {
        add(WRAPPER, Access.RAW, 1, 0);
        add(WRAPPER, Access.CHECKOUT, 300, 0);
        for (Task task : List.of(BATCH, FAR, NEAR)) {
            add(task, Access.RAW, 1, 0);
            add(task, Access.SET_RESET, 2.9, 0.1);
            add(task, Access.SET_CONFIG, 2.8, 0.1);
            add(task, Access.ONE_STRING, 1.2, 0.01);
            add(task, Access.VERIFIED_STRING, 1.3, 0.02);
            add(task, Access.CHECKOUT, 3, Double.NaN);
            add(task, Access.TRANSACTION, task.equals(NEAR) ? 1.0149 : 1.5, 0.25);
        }
    }

    private void add(Task task, Access access, double ratio, double error) {
        ratios.add(
                task,
                access,
                new Ratios.Cell(
                        "us/op",
                        new Estimate(1000 * ratio, 10),
                        Optional.of(new Estimate(ratio, error)),
                        new Estimate(4321, 1)));
    }

    @Test
    void theTableHasARowForEachWorkWithGoalsAndInItsOrder() {
        assertThat(table())
                .containsSubsequence(
                        "| one SELECT by key | 0.4 ms away | 2.90 ± 0.10 | 2.80 ± 0.10 | 1.20 ± 0.01 | 1.30 ± 0.02 | 3.00 | 1.50 ± 0.25 | ≤ 1.03 |",
                        "| one SELECT by key | loopback | 2.90 ± 0.10 | 2.80 ± 0.10 | 1.20 ± 0.01 | 1.30 ± 0.02 | 3.00 | 1.01 ± 0.25 | ≤ 1.10 |",
                        "| batch of 100 INSERTs | loopback | 2.90 ± 0.10 | 2.80 ± 0.10 | 1.20 ± 0.01 | 1.30 ± 0.02 | 3.00 | 1.50 ± 0.25 | ≤ 1.20 |");
    }

    @Test
    void theTableOfAllNumbersHasTimesAndAllocation() {
        assertThat(table())
                .contains(
                        "| one SELECT by key | loopback | raw pool | 1,000.0 ± 10.0 us/op | 1 | 4,321 B |",
                        "| Wrapper.checkoutAndReturn | none | CHECKOUT | 300,000.0 ± 10.0 us/op | 300.00 ± 0.00 | 4,321 B |");
    }

    @Test
    void everyRowHasAsManyCellsAsItsHead() {
        List<String> rows = table().filter(line -> line.startsWith("|")).toList();
        int head = IntStream.range(0, rows.size())
                .filter(i -> rows.get(i).startsWith("| work |"))
                .findFirst()
                .orElseThrow();

        assertThat(rows.subList(0, head))
                .hasSize(5)
                .allSatisfy(row -> assertThat(cells(row)).isEqualTo(9));
        assertThat(rows.subList(head, rows.size()))
                .hasSize(2 + 2 + 21)
                .allSatisfy(row -> assertThat(cells(row)).isEqualTo(6));
    }

    private static long cells(String row) {
        return row.chars().filter(character -> character == '|').count() - 1;
    }

    private Stream<String> table() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new RatioTable(ratios).print(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8).lines();
    }

    @Test
    void theChartHasABarForEachRatioAsLongAsItIs() throws Exception {
        List<Element> bars = elements("rect").stream()
                .filter(rect -> rect.getAttribute("fill").equals("#009e73") && number(rect, "y") > 100)
                .toList();
        List<Element> ones = lines("one");

        assertThat(bars).hasSize(3);
        assertThat(ones).hasSize(2);
        double one = number(ones.get(0), "x1") - number(bars.get(0), "x");
        assertThat(bars.stream()
                        .map(bar -> number(bar, "width") / Math.abs(one))
                        .toList())
                .satisfiesExactlyInAnyOrder(
                        ratio -> assertThat(ratio).isCloseTo(1.01, within(0.01)),
                        ratio -> assertThat(ratio).isCloseTo(1.5, within(0.01)),
                        ratio -> assertThat(ratio).isCloseTo(1.5, within(0.01)));
    }

    @Test
    void theChartMarksTheGoalsAndShowsErrorsWhereThereAre() throws Exception {
        assertThat(lines("goal")).hasSize(3 + 1);
        assertThat(elements("rect").stream()
                        .filter(rect -> rect.getAttribute("class").equals("error")))
                .hasSize(3 * 5);
    }

    @Test
    void everythingOfTheChartIsInItsView() throws Exception {
        Element root = chart();
        String[] view = root.getAttribute("viewBox").split(" ", -1);
        for (Element rect : elements("rect")) {
            assertThat(number(rect, "x") + number(rect, "width")).isBetween(0.0, Double.valueOf(view[2]));
            assertThat(number(rect, "y") + number(rect, "height")).isBetween(0.0, Double.valueOf(view[3]));
            assertThat(number(rect, "width")).isNotNegative();
        }
        for (Element text : elements("text")) {
            assertThat(number(text, "x")).isBetween(0.0, Double.valueOf(view[2]));
            assertThat(number(text, "y")).isBetween(0.0, Double.valueOf(view[3]));
        }
    }

    @Test
    void theChartTellsItsNumbersInWordsAndTheWrapperIsNoneOfThem() throws Exception {
        Element root = chart();

        assertThat(root.getAttribute("aria-labelledby")).isEqualTo("title desc");
        assertThat(root.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("What a tenant costs");
        assertThat(root.getElementsByTagName("desc").item(0).getTextContent())
                .contains(
                        "loopback: one SELECT by key: SET/RESET by hand 2.90 ± 0.10, set_config by hand 2.80 ± 0.10,"
                                + " one string by hand 1.20 ± 0.01, verified string by hand 1.30 ± 0.02, CHECKOUT 3.00, TRANSACTION 1.01 ± 0.25; batch of 100 INSERTs: ")
                .contains("0.4 ms away: one SELECT by key: ")
                .doesNotContain("Wrapper");
    }

    @Test
    void theChartHasColorsForTheDarkForAllThatIsBlackOrWhite() throws Exception {
        String style = elements("style").get(0).getTextContent();

        assertThat(style).startsWith("@media(prefers-color-scheme:dark)").contains(".background{", "text,");
        for (String name : List.of("error", "quiet", "grid", "one", "goal")) {
            assertThat(style).contains("." + name + "{");
            assertThat(chartText()).contains("class=\"" + name + "\"");
        }
    }

    @Test
    void whatWasNotMeasuredIsNotDrawn() throws Exception {
        String empty = new RatioChart(new Ratios()).text();

        assertThat(parsed(empty).getElementsByTagName("title").getLength()).isEqualTo(1);
    }

    private List<Element> lines(String name) throws Exception {
        return elements("line").stream()
                .filter(line -> line.getAttribute("class").equals(name))
                .toList();
    }

    private List<Element> elements(String name) throws Exception {
        NodeList elements = chart().getElementsByTagName(name);
        return IntStream.range(0, elements.getLength())
                .mapToObj(i -> (Element) elements.item(i))
                .toList();
    }

    private static double number(Element element, String attribute) {
        String value = element.getAttribute(attribute);
        return value.isEmpty() ? 0 : Double.parseDouble(value);
    }

    private Element chart() throws Exception {
        return parsed(chartText());
    }

    private String chartText() {
        return new RatioChart(ratios).text();
    }

    private static Element parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
    }
}
