package io.tenantdatasource.springtests.libraries;

import java.util.List;
import java.util.Optional;

/** The table of books through one library, as it is meant to be used. None of them names an organization. */
interface Library {

    List<String> titles();

    Optional<String> title(long id);

    void add(String title);

    /** Returns how many books have another title now. */
    int rename(long id, String title);

    /** Returns how many books are gone. */
    int delete(long id);
}
