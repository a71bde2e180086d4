package io.tenantdatasource.test.isolation;

import java.util.List;

/**
 * A column, with what a value of it has to look like.
 *
 * @param type as it is declared, a domain's name included
 * @param baseType what a domain is made of, or the same
 * @param baseName the base type's name in the catalogue, without its modifier
 * @param category the base type's category, as in {@code pg_type.typcategory}
 * @param elementType of an array or a range, or null
 * @param labels of an enum, or empty
 */
record Column(
        String name,
        String type,
        String baseType,
        String baseName,
        String category,
        String elementType,
        List<String> labels,
        boolean required,
        boolean hasDefault,
        boolean alwaysIdentity,
        boolean generated) {

    /** Whether an UPDATE may give it a value: an identity that is always generated takes one in an INSERT alone. */
    boolean isUpdatable() {
        return !generated && !alwaysIdentity;
    }
}
