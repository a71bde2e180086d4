package io.tenantdatasource.test;

import java.util.Optional;
import java.util.Set;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Who works with a database.
 *
 * @param owner owns the schema, if that has been made by a template
 * @param memberOf roles that the application's user is a member of
 */
record DatabaseUsers(Optional<PGSimpleDataSource> owner, Set<String> memberOf) {

    static final Set<String> DEFAULT_ROLES = Set.of("authenticated");

    static DatabaseUsers ofEmptyDatabase() {
        return new DatabaseUsers(Optional.empty(), DEFAULT_ROLES);
    }
}
