package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The notes of {@code note.sql}, each of which remembers whom it was written for.
 *
 * @param writer the connection that a test writes them over
 */
record Notes(TestDatabase database, Connection writer) {

    /** Commits what was written. */
    void assertAllSeenByAcme(int number) throws SQLException {
        if (!writer.getAutoCommit()) {
            writer.commit();
        }
        assertThat(
                        Sql.query(
                                database.administrator(),
                                "select count(*) || ' notes of ' || string_agg(distinct coalesce(seen, 'null'), ', ') from note"))
                .isEqualTo(number + " notes of " + ACME.organizationId());
    }
}
