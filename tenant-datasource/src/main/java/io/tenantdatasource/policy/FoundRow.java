package io.tenantdatasource.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A row that {@link NarrowLookup} has found: the columns that it returns, and their values as the driver's {@code getObject}
 * gives them. An
 * array needs its connection to be read as one, and is text by now: return a column of another type.
 *
 * <p>Its text names the columns and never a value, which may be the hash of a password. Immutable, as far as the values are.
 *
 * @param values column to value, in the order in which they are returned, unmodifiable; a value may be null
 */
public record FoundRow(Map<String, Object> values) {

    /**
     * Keeps a copy.
     *
     * @param values column to value
     */
    public FoundRow {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Returns the value of a column.
     *
     * @param column the column, as it is named in {@link NarrowLookup.Columns#returning}
     * @return the value, or null
     * @throws IllegalArgumentException if the look-up does not return that column
     */
    public Object get(String column) {
        Objects.requireNonNull(column, "column is null");
        if (!values.containsKey(column)) {
            throw new IllegalArgumentException("The look-up returns no column \"" + column + "\", but "
                    + values.keySet() + "; add it to returning(…)");
        }
        return values.get(column);
    }

    /**
     * Returns the value of a column as what the driver makes of its type: {@code get("id", UUID.class)}.
     *
     * @param <T> the type
     * @param column the column, as it is named in {@link NarrowLookup.Columns#returning}
     * @param type the type
     * @return the value, or null
     * @throws IllegalArgumentException if the look-up does not return that column
     * @throws ClassCastException if the value is of another type
     */
    public <T> T get(String column, Class<T> type) {
        return type.cast(get(column));
    }

    /**
     * Returns the text of a column's value, such as for {@code Tenant.of(row.text("organization_id"))}.
     *
     * @param column the column, as it is named in {@link NarrowLookup.Columns#returning}
     * @return the text, or null
     * @throws IllegalArgumentException if the look-up does not return that column
     */
    public String text(String column) {
        return Objects.toString(get(column), null);
    }

    /** The names of the columns alone: a value may be a secret, and texts end in logs. */
    @Override
    public String toString() {
        return "FoundRow" + values.keySet();
    }
}
