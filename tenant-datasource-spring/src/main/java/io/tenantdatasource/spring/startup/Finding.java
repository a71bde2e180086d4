package io.tenantdatasource.spring.startup;

import io.tenantdatasource.check.Rule;
import java.util.List;
import java.util.Map;

/**
 * Something that is wrong with a data source.
 *
 * @param dataSource the name of its bean
 * @param rule what is wrong
 * @param objects what it is wrong with: tables or roles, as the rule says; empty if it is the data source itself
 */
public record Finding(String dataSource, Rule rule, List<String> objects) {

    /**
     * Copies the list.
     *
     * @param dataSource the name of its bean
     * @param rule what is wrong
     * @param objects what it is wrong with
     */
    public Finding {
        objects = List.copyOf(objects);
    }

    /**
     * Says what is wrong, with what, and what to do.
     *
     * @return a sentence; of very many objects only the first
     */
    @Override
    public String toString() {
        return "data source '" + dataSource + "', " + new io.tenantdatasource.check.Finding(rule, objects, Map.of());
    }
}
