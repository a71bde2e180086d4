package io.tenantdatasource.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How rows reach their organization, told from foreign keys alone. */
class WaysTest {

    private final List<Table> tables = new ArrayList<>();
    private final List<ForeignKey> keys = new ArrayList<>();
    private Declaration declaration = Declaration.of(Optional.of("orgs"), Optional.empty());

    WaysTest() {
        table("orgs");
    }

    /** A column that ends with ! is NOT NULL; each names the table after the colon. */
    private void table(String name, String... references) {
        List<String> columns = new ArrayList<>(List.of("id"));
        List<String> required = new ArrayList<>(List.of("id"));
        for (String reference : references) {
            int colon = reference.indexOf(':');
            String column = (colon < 0 ? reference : reference.substring(0, colon)).replace("!", "");
            columns.add(column);
            if (reference.contains("!")) {
                required.add(column);
            }
            if (colon >= 0) {
                key(name, column, reference.substring(colon + 1), false);
            }
        }
        tables.add(new Table(
                name,
                Table.Kind.TABLE,
                Optional.empty(),
                false,
                columns,
                required,
                List.of(),
                List.of("id"),
                List.of("id"),
                List.of(),
                false));
    }

    private void key(String table, String column, String parent, boolean changesRows) {
        keys.add(new ForeignKey(
                table,
                Optional.of(parent),
                parent,
                List.of(column),
                List.of("id"),
                false,
                true,
                changesRows,
                List.of()));
    }

    private Ways ways() {
        return Ways.of(new Catalogue(tables, keys), declaration, Map.of());
    }

    private Way way(String table) {
        return ways().found().stream()
                .filter(way -> way.table().equals(table))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(List<Way.Parent> parents) {
        return parents.stream()
                .map(parent -> parent.key().parent().orElseThrow())
                .toList();
    }

    private void members(String table) {
        declaration = declaration.withMembers(List.of(table));
    }

    @Test
    void anOwnColumnComesBeforeWhatARowNames() {
        table("a", "org!:orgs");
        table("b", "org!:orgs", "a:a");

        assertThat(way("b").kind()).isEqualTo(Way.Kind.COLUMN);
        assertThat(way("b").showing()).isEmpty();
        assertThat(names(way("b").parents())).containsExactly("a");
    }

    @Test
    void aTableComesAfterThoseThatItRestsOnHoweverFarAway() {
        table("a1", "p!:a2");
        table("a2", "p!:a3");
        table("a3", "org!:orgs");

        assertThat(ways().found()).extracting(Way::table).containsExactly("orgs", "a3", "a2", "a1");
        assertThat(way("a1").organization()).isEqualTo(new Way.OrganizationColumn("a3", "org"));
    }

    @Test
    void allWaysCount() {
        table("a", "org!:orgs");
        table("b", "org!:orgs");
        table("both", "a!:a", "b:b");

        assertThat(names(way("both").showing())).containsExactly("a", "b");
        assertThat(way("both").showing()).extracting(Way.Parent::optional).containsExactly(false, true);
    }

    @Test
    void aCircleIsCutWhereEachRowNamesItsParent() {
        table("docs", "folder!:folders");
        table("folders", "cover:docs", "ws!:ws");
        table("ws", "org!:orgs");

        assertThat(names(way("folders").showing())).containsExactly("ws");
        assertThat(way("folders").parents())
                .filteredOn(parent -> !parent.shows())
                .extracting(Way.Parent::check)
                .containsExactly(Way.Check.BY_TRIGGER_AFTER);
        assertThat(names(way("docs").showing())).containsExactly("folders");
    }

    @Test
    void aTableThatNamesItselfAloneIsAskedFor() {
        table("tree", "parent:tree");

        assertThat(ways().open()).containsOnlyKeys("tree");
    }

    @Test
    void usersAreShownByTheirMembersWhateverComesFirst() {
        members("mem");
        table("acc", "home!:team");
        table("mem", "team!:team", "acc!:acc");
        table("team", "org!:orgs");

        assertThat(way("acc").kind()).isEqualTo(Way.Kind.MEMBERS);
        assertThat(way("mem").parents())
                .filteredOn(parent -> parent.key().columns().contains("acc"))
                .extracting(Way.Parent::check)
                .containsExactly(Way.Check.BY_TRIGGER_BEFORE);
    }

    @Test
    void whatIsOfUsersAloneIsShownToEachOfTheirs() {
        members("mem");
        table("mem", "org!:orgs", "usr!:users");
        table("users");
        table("sessions", "usr!:users");
        table("notes", "ws!:ws", "author!:users");
        table("ws", "org!:orgs");

        assertThat(way("sessions").reach()).isEqualTo(Way.Reach.SEVERAL);
        assertThat(way("sessions").user()).isPresent();
        assertThat(way("notes").reach()).isEqualTo(Way.Reach.ONE);
        assertThat(names(way("notes").showing())).containsExactly("ws");
    }

    @Test
    void whatWouldTakeOtherRowsAlongIsKept() {
        members("mem");
        table("mem", "org!:orgs", "usr!:users");
        table("users");
        table("device", "usr!:users");
        table("part", "x");
        key("part", "x", "device", true);
        table("harmless", "usr!:users");
        table("answers", "usr!:users", "to");
        key("answers", "to", "answers", true);
        table("event", "org!:orgs", "part");
        key("event", "part", "part", true);

        assertThat(way("users").kept()).isTrue();
        assertThat(way("part").kept()).isTrue();
        assertThat(way("device").kept()).isTrue();
        assertThat(way("harmless").kept()).isFalse();
        assertThat(way("event").kept()).isFalse();
        assertThat(way("answers").kept()).isTrue();
    }

    @Test
    void whatRestsOnARefusedTableIsAskedForToo() {
        table("a", "org!:orgs");
        table("b", "a!:a");

        Ways ways = Ways.of(new Catalogue(tables, keys), declaration, Map.of("a", "why"));

        assertThat(ways.found()).extracting(Way::table).containsExactly("orgs");
        assertThat(ways.open()).containsOnlyKeys("a", "b").containsEntry("a", "why");
    }

    @Test
    void aTableIsGivenAColumnFromTheRowThatItNames() {
        table("a_lines", "order_id!:orders");
        table("orders", "org_id!:orgs");
        table("z_notes", "line_id:a_lines");
        declaration = declaration.withOwnColumns(List.of("a_lines"));

        Way lines = way("a_lines");
        assertThat(lines.kind()).isEqualTo(Way.Kind.COLUMN);
        assertThat(lines.column()).contains("organization_id");
        assertThat(lines.parents()).isEmpty();
        assertThat(lines.filled().orElseThrow().parent()).isEqualTo("orders");
        assertThat(lines.filled().orElseThrow().parentColumn()).isEqualTo("org_id");
        assertThat(way("z_notes").parents().get(0).column()).contains("organization_id");
        assertThat(ways().catalogue().existing("a_lines").required()).contains("organization_id");
        assertThat(ways().open()).isEmpty();
    }

    @Test
    void aColumnComesAfterTheOneThatItIsFilledFrom() {
        table("a_parts", "line_id!:lines");
        table("lines", "order_id:orders");
        table("orders", "org_id!:orgs");
        declaration = declaration.withOwnColumns(List.of("a_parts", "lines")).withOwnColumnCalled("org");

        assertThat(ways().found().stream().map(Way::table)).containsSubsequence("orders", "lines", "a_parts");
        assertThat(way("a_parts").filled().orElseThrow().parentColumn()).isEqualTo("org");
        assertThat(ways().catalogue().existing("lines").required()).doesNotContain("org");
    }

    /** It comes first. */
    @Test
    void whatIsOnlyCheckedDoesNotNeedTheColumn() {
        table("a_orders", "org_id!:orgs", "last_id:lines");
        table("lines", "order_id!:a_orders");
        declaration = declaration.withOwnColumns(List.of("lines"));

        assertThat(ways().found().stream().map(Way::table)).containsExactly("orgs", "a_orders", "lines");
        assertThat(way("a_orders").parents())
                .singleElement()
                .satisfies(parent -> assertThat(parent.column()).isEmpty());
    }

    /** What a plan is compared with once it is applied. */
    @Test
    void aColumnThatIsThereMakesNoDifference() {
        table("lines", "order_id!:orders");
        table("orders", "org_id!:orgs");
        declaration = declaration.withOwnColumns(List.of("lines"));
        Way before = way("lines");

        tables.removeIf(table -> table.name().equals("lines"));
        keys.removeIf(key -> key.table().equals("lines"));
        table("lines", "order_id!:orders", "organization_id!");
        keys.add(before.filled().orElseThrow().keptBy());

        assertThat(way("lines")).isEqualTo(before);
    }

    @Test
    void whatCannotBeGivenAColumnIsAskedFor() {
        table("orders", "org_id!:orgs");
        table("lines", "order_id!:orders");
        table("parts", "line_id!:lines");
        table("two", "order_id!:orders", "line_id!:lines");
        table("countries");
        declaration = declaration
                .withGlobal(List.of("countries"))
                .withOwnColumns(List.of("orders", "parts", "two", "countries"));

        assertThat(ways().open().get("orders")).startsWith("it has a column for the organization already, org_id");
        assertThat(ways().open().get("parts")).endsWith("say ownColumn(\"lines\", \"parts\")");
        assertThat(ways().open().get("two")).endsWith("through(\"two\", \"order_id\"), for one");
        assertThat(ways().open().get("countries")).startsWith("it gets no policies");

        declaration = Declaration.of(Optional.of("orgs"), Optional.empty())
                .withOwnColumns(List.of("two"))
                .withAnswer("two", List.of("order_id"));
        assertThat(way("two").parents())
                .singleElement()
                .satisfies(parent -> assertThat(parent.key().columns()).containsExactly("line_id"));
    }

    @Test
    void aKeyThatHasTheOrganizationStandsForTheOneWithoutIfItIsEnforced() {
        table("orders", "org_id!:orgs");
        table("lines", "order_id!:orders", "org_id!:orgs");
        ForeignKey both = new ForeignKey(
                "lines",
                Optional.of("orders"),
                "orders",
                List.of("order_id", "org_id"),
                List.of("id", "org_id"),
                false,
                false,
                false,
                List.of());
        keys.add(both);
        assertThat(way("lines").parents()).hasSize(2);

        keys.remove(both);
        keys.add(new ForeignKey(
                "lines", both.parent(), "orders", both.columns(), both.parentColumns(), false, true, false, List.of()));
        assertThat(way("lines").parents()).isEmpty();
    }
}
