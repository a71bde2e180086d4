package io.tenantdatasource.benchmarks.policies;

/** What is asked of the tables of a shape. */
enum ShapeQuery {
    BY_KEY("by key", false, " and t0.id = ?"),
    /** Rows that are found one after the other: the look-ups are most of it. */
    TWENTY_KEYS("20 keys", false, " and t0.id between ? and 19 + ?"),
    /** Code that was written before row security says whose rows it wants, and goes on to. */
    NEWEST("newest 20, joined", true, " order by t0.id desc limit 20");

    private final String label;
    private final boolean isJoined;
    private final String condition;

    ShapeQuery(String label, boolean isJoined, String condition) {
        this.label = label;
        this.isJoined = isJoined;
        this.condition = condition;
    }

    String label() {
        return label;
    }

    String sql(Shape shape, boolean isProtected) {
        return "select t0.id" + (namesTheOrganization(isProtected) ? shape.ofOrganization() : shape.rows()) + condition;
    }

    boolean namesTheOrganization(boolean isProtected) {
        return !isProtected || isJoined;
    }

    /** How many of its parameters are keys. */
    int keys() {
        return (int) condition.chars().filter(c -> c == '?').count();
    }
}
