package io.tenantdatasource.it.policy;

import io.tenantdatasource.check.DatabaseCheck;
import io.tenantdatasource.policy.DdlGuard;
import java.sql.SQLException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.postgresql.ds.PGSimpleDataSource;

/** A whole schema that is protected, and from which nothing is shown yet that policies hide. */
final class GuardedDatabase implements AutoCloseable {

    private final ShapesDatabase shapes = ShapesDatabase.whereAllIsProtected();

    GuardedDatabase() {
        // Nobody can tell whose its rows are, so it is not protected.
        asAdministrator("revoke all on transfers from {app}");
    }

    ShapesDatabase shapes() {
        return shapes;
    }

    PGSimpleDataSource administrator() {
        return shapes.reviewed().database().administrator();
    }

    PGSimpleDataSource owner() {
        return shapes.owner();
    }

    String application() {
        return shapes.application();
    }

    /** With the names of this database's users for {app} and {owner}. */
    String named(String sql) {
        return sql.replace("{app}", application()).replace("{owner}", owner().getUser());
    }

    void asAdministrator(String sql) {
        shapes.asAdministrator(named(sql));
    }

    void asOwner(String sql) throws SQLException {
        shapes.reviewed().asOwner(named(sql));
    }

    void requireProtected() throws SQLException {
        DdlGuard.refusing().requireProtected(owner());
    }

    Refused assertRefused(ThrowingCallable change) throws SQLException {
        return Refused.by(shapes.reviewed().database(), "55000", change);
    }

    /** What the check finds for the application, as rule and object. */
    List<String> findings() throws SQLException {
        return DatabaseCheck.of("app.organization_id").loggedInAs(application()).run(administrator()).stream()
                .flatMap(finding ->
                        finding.objects().stream().map(object -> finding.rule().id() + " " + object))
                .toList();
    }

    /** SQL that mends all that the check finds, as far as one statement does. */
    String mending() throws SQLException {
        return String.join(
                "\n",
                DatabaseCheck.of("app.organization_id").loggedInAs(application()).run(administrator()).stream()
                        .flatMap(finding -> finding.mending().values().stream())
                        .toList());
    }

    @Override
    public void close() {
        shapes.close();
    }
}
