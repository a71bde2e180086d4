package io.tenantdatasource.test.isolation;

import java.util.Map;

/**
 * Somebody to try as.
 *
 * @param bypasses whether row-level security does not apply to it at all
 * @param owner whether it owns any of the relations
 * @param grants what it may do, by the relation's id; a relation is missing if its schema is out of reach
 */
record Role(String name, boolean bypasses, boolean owner, Map<Long, Grants> grants) {

    Grants on(Relation relation) {
        return grants.getOrDefault(relation.oid(), Grants.NONE);
    }
}
