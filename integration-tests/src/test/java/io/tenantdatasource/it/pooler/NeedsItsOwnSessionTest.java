package io.tenantdatasource.it.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.it.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** What cannot be bound to a transaction is refused behind a bouncer that lends sessions for no longer than that. */
class NeedsItsOwnSessionTest {

    private static final Tenant TENANT = Notes.ORGANIZATIONS.get(0);

    @AutoClose
    private final Notes notes = new Notes();

    @AutoClose
    private TenantDataSource pool;

    @BeforeEach
    void putTheSharedBouncerBeforeTheServer() {
        PgBouncer.shared().before(notes.application());
        notes.application().setPrepareThreshold(0);
        pool = notes.pool(1, TenantBinding.TRANSACTION);
    }

    @Test
    void unwrapIsRefusedOutsideOfATransaction() throws SQLException {
        try (Connection connection = checkout()) {
            assertThatThrownBy(() -> connection.unwrap(PGConnection.class))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("pooler")
                    .hasMessageContaining("within a transaction")
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("0A000");
        }
    }

    @Test
    void unwrapIsBoundWithinATransaction() throws SQLException {
        try (Connection connection = checkout()) {
            connection.setAutoCommit(false);
            Sql.query(connection, "select 1");
            Connection driver = (Connection) connection.unwrap(PGConnection.class);
            assertThat(Sql.query(driver, Sql.ORGANIZATION)).isEqualTo(TENANT.organizationId());
            connection.commit();
        }
    }

    @Test
    void unwrapLeavesNoTenantInTheSessionThatItWasLent() throws SQLException {
        try (Connection connection = checkout()) {
            connection.setAutoCommit(false);
            Sql.query(connection, "select 1");
            connection.unwrap(PGConnection.class);
            connection.commit();
        }
        for (int i = 0; i < 4; i++) {
            assertThat(Sql.query(notes.application(), Sql.ORGANIZATION)).isNullOrEmpty();
        }
    }

    /** By the server, since it is called within a transaction that was begun; up to 17 an implicit one would not do. */
    @Test
    void aProcedureThatCommitsIsRefused() throws SQLException {
        notes.asAdministrator("""
                create procedure write_and_commit() language plpgsql as $$
                begin
                    insert into note (meant) values (organization());
                    commit;
                    insert into note (meant) values (organization());
                end $$""");
        try (Connection connection = checkout()) {
            assertThatThrownBy(() -> Sql.execute(connection, "call write_and_commit()"))
                    .isInstanceOf(SQLException.class)
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("2D000");
        }
        assertThat(notes.countAfterTheStart("true")).isZero();
    }

    @Test
    void aProcedureThatDoesNotCommitIsBound() throws SQLException {
        notes.asAdministrator("""
                create procedure write() language sql as 'insert into note (meant) values (organization())'""");
        try (Connection connection = checkout()) {
            Sql.execute(connection, "call write()");
        }
        assertThat(notes.countAfterTheStart("organization = '" + TENANT.organizationId() + "'"))
                .isOne();
    }

    private static final String TWO_TRANSACTIONS = "select 1; commit; insert into note (meant) values (organization())";

    @Test
    void severalTransactionsInOneTextAreEachBound() throws SQLException {
        try (Connection connection = checkout()) {
            Sql.execute(connection, TWO_TRANSACTIONS);
        }
        assertThat(notes.countAfterTheStart("organization = '" + TENANT.organizationId() + "'"))
                .isOne();
    }

    @Test
    void severalTransactionsInOneTextAreRefusedWhereNothingCanBePutBetweenThem() throws SQLException {
        try (Connection connection = checkout();
                PreparedStatement statement = connection.prepareStatement(TWO_TRANSACTIONS)) {
            assertThatThrownBy(statement::execute)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("not run")
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("0A000");
        }
        assertThat(notes.countAfterTheStart("true")).isZero();
    }

    @Test
    void theConnectionIsOfUseAfterARefusal() throws SQLException {
        try (Connection connection = checkout()) {
            assertThatThrownBy(() -> connection.unwrap(PGConnection.class)).isInstanceOf(SQLException.class);
            assertThat(Sql.query(connection, Sql.ORGANIZATION)).isEqualTo(TENANT.organizationId());
            connection.setAutoCommit(false);
            assertThat(Sql.query(connection, Sql.ORGANIZATION)).isEqualTo(TENANT.organizationId());
        }
    }

    private Connection checkout() throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(TENANT)) {
            return pool.getConnection();
        }
    }
}
