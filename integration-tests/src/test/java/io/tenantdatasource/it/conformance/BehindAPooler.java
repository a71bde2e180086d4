package io.tenantdatasource.it.conformance;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.it.Sql;
import io.tenantdatasource.it.pooler.PgBouncer;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.conformance.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Two connections of two tenants share the one session of the server that a pooler lends to each transaction. */
final class BehindAPooler {

    private final DataSource wrapped;
    private final boolean autoCommit;

    private BehindAPooler(DataSource wrapped, boolean autoCommit) {
        this.wrapped = wrapped;
        this.autoCommit = autoCommit;
    }

    static Verdict of(Candidate candidate, TestDatabase database, boolean autoCommit) throws SQLException {
        PGSimpleDataSource server = database.createUser("pooled");
        server.setPrepareThreshold(0); // sessions are shared, and so would be what is prepared in them
        try (PgBouncer bouncer = PgBouncer.start(PgBouncer.Pooling.TRANSACTION, 1, server)) {
            bouncer.before(server);
            Verdict verdict = new BehindAPooler(candidate.around(server), autoCommit).verdict();
            return verdict == Verdict.KEPT && carriesATenant(server) ? Verdict.LEFT_BEHIND : verdict;
        }
    }

    private static boolean carriesATenant(DataSource server) throws SQLException {
        String left = Sql.query(server, Sql.ORGANIZATION);
        return left != null && !left.isEmpty();
    }

    /** The first that is not kept; acme's is asked again when globex has been there. */
    private Verdict verdict() {
        try (TenantContext.Scope scope = TenantContext.open(ACME);
                Connection ofAcme = checkout()) {
            Verdict first = query(ofAcme, ACME);
            Verdict between = ofGlobex();
            Verdict last = query(ofAcme, ACME);
            return first.isBroken() ? first : between.isBroken() ? between : last;
        } catch (SQLException e) {
            return Verdict.REFUSED;
        }
    }

    private Verdict ofGlobex() throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(GLOBEX);
                Connection ofGlobex = checkout()) {
            return query(ofGlobex, GLOBEX);
        }
    }

    private Connection checkout() throws SQLException {
        Connection connection = wrapped.getConnection();
        connection.setAutoCommit(autoCommit);
        return connection;
    }

    private Verdict query(Connection connection, Tenant tenant) throws SQLException {
        String seen = Sql.query(connection, Sql.ORGANIZATION);
        if (!autoCommit) {
            connection.commit();
        }
        if (tenant.organizationId().equals(seen)) {
            return Verdict.KEPT;
        }
        return seen == null || seen.isEmpty() ? Verdict.RAN_FOR_NOBODY : Verdict.RAN_FOR_ANOTHER;
    }
}
