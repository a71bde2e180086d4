package io.tenantdatasource.benchmarks.policies;

/** What is asked by who reads one organization, or several. The rows are the own organization's, but for {@link #ALL}. */
enum SeveralQuery {
    BY_KEY("by key", Shape.OWN_COLUMN, " and t0.id = ?", 1),
    TWENTY_KEYS("20 keys", Shape.OWN_COLUMN, " and t0.id = any (?)", 20),
    NEWEST("newest 20 of one, named", Shape.OWN_COLUMN, " order by t0.id desc limit 20", 0),
    ALL("all, for each row", Shape.OWN_COLUMN, "", 0),
    BY_KEY_OF_PARENT("by key, 1 key away", Shape.ONE_KEY, " and t0.id = ?", 1),
    TWENTY_KEYS_OF_PARENT("20 keys, 1 key away", Shape.ONE_KEY, " and t0.id = any (?)", 20);

    private final String label;
    private final Shape shape;
    private final String condition;
    private final int keys;

    SeveralQuery(String label, Shape shape, String condition, int keys) {
        this.label = label;
        this.shape = shape;
        this.condition = condition;
        this.keys = keys;
    }

    String label() {
        return label;
    }

    Shape shape() {
        return shape;
    }

    String sql() {
        return "select t0.id" + (namesTheOrganization() ? shape.ofOrganization() : shape.rows()) + condition;
    }

    boolean namesTheOrganization() {
        return this == NEWEST;
    }

    /** How many keys its parameter has; 0 if there is no such parameter. */
    int keys() {
        return keys;
    }
}
