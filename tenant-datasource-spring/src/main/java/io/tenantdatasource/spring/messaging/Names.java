package io.tenantdatasource.spring.messaging;

import io.tenantdatasource.spring.internal.MisconfigurationException;

/** What the properties of this package have in common. */
final class Names {

    private Names() {}

    static void requireTwo(String prefix, String property, String name, String otherProperty, String otherName) {
        if (name.isBlank() || otherName.isBlank() || name.equals(otherName)) {
            throw new MisconfigurationException(
                    "%s.%s is '%s' and .%s is '%s'.".formatted(prefix, property, name, otherProperty, otherName),
                    "Give both a name, and not the same one.");
        }
    }
}
