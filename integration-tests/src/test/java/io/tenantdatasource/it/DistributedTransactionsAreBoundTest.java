package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import javax.sql.XAConnection;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.xa.PGXADataSource;

/** Promise 1 where a transaction manager begins and ends the transactions, through the driver's {@link XAResource}. */
@ParameterizedClass
@EnumSource(TenantBinding.class)
class DistributedTransactionsAreBoundTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private TenantBinding binding;

    private final Xid branch = new Branch();
    private XAConnection managed;
    private Connection connection;

    private record Branch() implements Xid {
        @Override
        public int getFormatId() {
            return 7;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return new byte[] {1};
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {2};
        }
    }

    @BeforeAll
    static void createTable() {
        DATABASE.execute("create table note (seen text default current_setting('app.organization_id', true))");
    }

    @BeforeEach
    void checkOut() throws SQLException {
        DATABASE.execute("truncate note");
        PGSimpleDataSource server = DATABASE.administrator();
        PGXADataSource manager = new PGXADataSource();
        manager.setURL(server.getURL());
        manager.setUser(server.getUser());
        manager.setPassword(server.getPassword());
        managed = manager.getXAConnection();
        DataSource pool = mock();
        when(pool.getConnection()).thenReturn(managed.getConnection());
        try (TenantContext.Scope scope = TenantContext.open(ACME)) {
            connection = TenantDataSource.builder(pool).binding(binding).build().getConnection();
        }
    }

    @AfterEach
    void disconnect() throws SQLException {
        managed.close();
        rollBackWhatAFailedTestHasPrepared();
    }

    /** Its locks would outlive it, and the next test would wait for them. */
    private static void rollBackWhatAFailedTestHasPrepared() throws SQLException {
        String rollback = Sql.query(
                DATABASE.administrator(),
                "select format('rollback prepared %L', gid) from pg_prepared_xacts"
                        + " where database = current_database() union all select 'select 1' limit 1");
        DATABASE.execute(rollback);
    }

    @Test
    void committedInOnePhase() throws SQLException, XAException {
        XAResource resource = managed.getXAResource();
        resource.start(branch, XAResource.TMNOFLAGS);
        Sql.update(connection, "insert into note default values");
        assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
        resource.end(branch, XAResource.TMSUCCESS);
        resource.commit(branch, true);

        assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
        connection.close();
        assertThat(Sql.query(DATABASE.administrator(), "select seen from note")).isEqualTo(ACME.organizationId());
        assertClean();
    }

    @Test
    void committedInTwoPhases() throws SQLException, XAException {
        requirePreparedTransactions();
        XAResource resource = managed.getXAResource();
        resource.start(branch, XAResource.TMNOFLAGS);
        Sql.update(connection, "insert into note default values");
        resource.end(branch, XAResource.TMSUCCESS);
        resource.prepare(branch);
        assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
        resource.commit(branch, false);

        assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
        connection.close();
        assertThat(Sql.query(DATABASE.administrator(), "select seen from note")).isEqualTo(ACME.organizationId());
        assertClean();
    }

    @Test
    void committedInTwoPhasesBySqlText() throws SQLException {
        requirePreparedTransactions();
        Sql.execute(connection, "begin");
        Sql.update(connection, "insert into note default values");
        Sql.execute(connection, "prepare transaction 'by text'");
        assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
        Sql.execute(connection, "commit prepared 'by text'");

        Sql.update(connection, "insert into note default values");
        connection.close();
        assertThat(Sql.query(
                        DATABASE.administrator(),
                        "select count(*) from note where seen = '" + ACME.organizationId() + "'"))
                .isEqualTo("2");
        assertClean();
    }

    /** The embedded server has them; one's own may not. */
    private static void requirePreparedTransactions() throws SQLException {
        assumeFalse(
                Sql.query(DATABASE.administrator(), "show max_prepared_transactions")
                        .equals("0"),
                "the server takes no prepared transactions");
    }

    @Test
    void rolledBack() throws SQLException, XAException {
        XAResource resource = managed.getXAResource();
        resource.start(branch, XAResource.TMNOFLAGS);
        Sql.update(connection, "insert into note default values");
        resource.end(branch, XAResource.TMFAIL);
        resource.rollback(branch);

        assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
        connection.close();
        assertClean();
    }

    private void assertClean() throws SQLException {
        try (Connection next = managed.getConnection()) {
            assertThat(Sql.query(next, ORGANIZATION)).isNullOrEmpty();
        }
    }
}
