package io.tenantdatasource.check;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Something in a database that lets tenants see each other's rows, or none at all.
 *
 * @param rule what is wrong
 * @param objects what it is wrong with: tables or roles, as the rule says
 * @param mending SQL that mends it, by object, where one statement does; to be read before it is run
 */
public record Finding(Rule rule, List<String> objects, Map<String, String> mending) {

    private static final int SHOWN = 10;

    /**
     * Copies what it is given.
     *
     * @param rule what is wrong
     * @param objects what it is wrong with
     * @param mending SQL that mends it
     */
    public Finding {
        objects = List.copyOf(objects);
        mending = Collections.unmodifiableMap(new LinkedHashMap<>(mending));
    }

    /**
     * Says what is wrong, with what, and what to do.
     *
     * @return a sentence; of very many objects only the first
     */
    @Override
    public String toString() {
        return rule.id() + ": " + rule.what() + (objects.isEmpty() ? "" : ": " + shown()) + ". Next: " + rule.next();
    }

    private String shown() {
        return objects.size() <= SHOWN
                ? String.join(", ", objects)
                : String.join(", ", objects.subList(0, SHOWN)) + " and " + (objects.size() - SHOWN) + " more";
    }
}
