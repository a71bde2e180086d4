package io.tenantdatasource.test.isolation;

import java.util.Set;

/** What a role may do with a relation: the columns that it may select, insert and update, and whether it may delete and truncate. */
record Grants(
        Set<String> selectable, Set<String> insertable, Set<String> updatable, boolean deletable, boolean truncatable) {

    static final Grants NONE = new Grants(Set.of(), Set.of(), Set.of(), false, false);
}
