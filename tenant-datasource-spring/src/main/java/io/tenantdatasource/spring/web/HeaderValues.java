package io.tenantdatasource.spring.web;

import java.util.List;

/** What a header that comes once holds. */
final class HeaderValues {

    private HeaderValues() {}

    /** Two values, in two headers or in one with a comma, are the list that they are, and refused as such. */
    static Object single(List<String> values) {
        if (values.isEmpty()) {
            return null;
        }
        return values.size() == 1 && values.get(0).indexOf(',') < 0 ? values.get(0) : values;
    }
}
