package io.tenantdatasource.internal.pgjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.tenantdatasource.internal.binding.AtConnect;
import io.tenantdatasource.internal.binding.CheckedConnection;
import io.tenantdatasource.internal.binding.Inventory;
import io.tenantdatasource.internal.binding.Lease;
import io.tenantdatasource.internal.binding.SessionSettings;
import io.tenantdatasource.internal.jdbc.BoundStatement;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PreferQueryMode;

/** A server that does not answer as it has to if the text is what was read: no real one can be made to. */
class WhatIsNotProvenTest {

    private static final List<String> NAMES = List.of("app.organization_id");

    private final BaseConnection driver =
            mock(BaseConnection.class, Mockito.withSettings().extraInterfaces(PGConnection.class));
    private final Connection physical = mock(Connection.class);
    private final Statement statement = mock(Statement.class);
    private int results;
    private TransactionState afterwards = TransactionState.IDLE;
    private boolean isDestroyed;

    @BeforeEach
    void answer() throws SQLException {
        when(driver.getTransactionState()).thenReturn(TransactionState.IDLE);
        when(driver.getPreferQueryMode()).thenReturn(PreferQueryMode.EXTENDED);
        when(driver.getStandardConformingStrings()).thenReturn(true);
        when(physical.createStatement()).thenReturn(statement);
        when(statement.execute(anyString())).thenAnswer(call -> {
            when(driver.getTransactionState()).thenReturn(afterwards);
            return results-- > 0;
        });
        when(statement.getMoreResults(anyInt())).thenAnswer(call -> results-- > 0);
        when(statement.getResultSet()).thenReturn(mock(ResultSet.class));
        when(statement.getUpdateCount()).thenReturn(-1);
        when(statement.getLargeUpdateCount()).thenReturn(-1L);
    }

    @Test
    void asManyResultsAsStatementsAreBelieved() throws Throwable {
        autoCommit(true);
        results = "begin; tell; select 1; commit".split(";", -1).length;
        assertThat(execute("select 1")).isEqualTo(true);
    }

    @Test
    void moreOrFewerResultsAreNot() {
        for (int other : new int[] {0, 1, 3, 5}) {
            isDestroyed = false;
            autoCommit(true);
            results = other;
            assertUnproven("select 1", "answered " + other + " statements");
        }
    }

    @Test
    void aBlockOfOurOwnHasToHaveEnded() {
        autoCommit(true);
        results = 4;
        afterwards = TransactionState.OPEN;
        assertUnproven("select 1", "The transaction is OPEN");
    }

    @Test
    void aBlockOfTheUsersHasToBeOpen() {
        autoCommit(false);
        results = 2;
        afterwards = TransactionState.IDLE;
        assertUnproven("select 1", "The transaction is IDLE");
    }

    /** As where a pooler has come to lend sessions since the connection was seen first. */
    @Test
    void theSessionThatWasToldHasToBeTheConnectionsOwn() throws SQLException {
        autoCommit(true);
        PreparedStatement telling = mock();
        ResultSet told = mock();
        when(physical.prepareStatement(anyString())).thenReturn(telling);
        when(telling.executeQuery()).thenReturn(told);
        when(told.getInt(1)).thenReturn(4711);
        assertUnproven("listen channel", "The session is another than that of the connection");
    }

    private void assertUnproven(String sql, String why) {
        assertThatThrownBy(() -> execute(sql))
                .isInstanceOf(UnprovenException.class)
                .hasMessageContaining(why);
        assertThat(isDestroyed).isTrue();
    }

    private void autoCommit(boolean autoCommit) {
        try {
            when(physical.getAutoCommit()).thenReturn(autoCommit);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object execute(String sql) throws Throwable {
        Method createStatement = Connection.class.getMethod("createStatement");
        BoundStatement bound = teller().statement(createStatement, null);
        return bound.call(Statement.class.getMethod("execute", String.class), new Object[] {sql});
    }

    private TransactionTeller teller() {
        AtConnect atConnect =
                new AtConnect(new Inventory("session", 0, "none", "app", "", "", ""), List.of(""), Set.of(), Map.of());
        CheckedConnection checked = new CheckedConnection(
                physical, new SessionSettings(NAMES, false), List.of("acme"), atConnect, cause -> {
                    isDestroyed = true;
                    return cause;
                });
        Marks marks = Marks.ofOneDataSource();
        ExpectedSession expected = new ExpectedSession("none", "app", List.of(""));
        LocalSettings settings = new LocalSettings(NAMES, Optional.empty(), expected, marks.leftover());
        return new TransactionTeller(
                checked, new DriverConnection(driver), new Telling(checked, settings, expected), marks, Lease.OWN);
    }
}
