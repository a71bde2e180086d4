package io.tenantdatasource.examples.quickstart;

import io.tenantdatasource.policy.SessionPolicies;
import java.sql.SQLException;
import javax.sql.DataSource;

/** What makes the database tell organizations apart. */
@FunctionalInterface
interface Migration {

    void apply(DataSource owner, Names names) throws SQLException;

    /** The one that the library ships. */
    static Migration bundled() {
        return (owner, names) -> SessionPolicies.throughUsers()
                .schema(names.schema())
                .role(names.role())
                .apply(owner);
    }
}
