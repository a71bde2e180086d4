package io.tenantdatasource.benchmarks.policies;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How far a table is from the one that names its organization. */
enum Shape {
    OWN_COLUMN("own column", "projects", ""),
    ONE_KEY("1 key away", "tasks", "projects"),
    TWO_KEYS("2 keys away", "comments", "tasks projects"),
    FOUR_KEYS("4 keys away", "pages", "files comments tasks projects"),
    MEMBERS("users, by membership", "users", ""),
    OF_MEMBERS("1 key from users", "logins", "users");

    private final String label;
    private final String table;
    private final String ancestors;

    Shape(String label, String table, String ancestors) {
        this.label = label;
        this.table = table;
        this.ancestors = ancestors;
    }

    String label() {
        return label;
    }

    /** The rows, joined to what names their organization, and only those of one, as a query has to say without row security. */
    String ofOrganization() {
        List<String> path = ancestors.isEmpty() ? List.of() : List.of(ancestors.split(" "));
        String joins = IntStream.range(0, path.size())
                .mapToObj(i ->
                        " join " + path.get(i) + " as t" + (i + 1) + " on t" + (i + 1) + ".id = t" + i + ".parent_id")
                .collect(Collectors.joining());
        String last = "t" + path.size();
        boolean byMembership = this == MEMBERS || this == OF_MEMBERS;
        return " from " + table + " as t0" + joins + " where "
                + (byMembership
                        ? "exists (select from members where members.user_id = " + last
                                + ".id and members.organization_id = ?::uuid)"
                        : last + ".organization_id = ?::uuid");
    }

    /** The rows, whosever they are: row security says. */
    String rows() {
        return " from " + table + " as t0 where true";
    }
}
