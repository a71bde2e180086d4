package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.wire.RoundTripRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Keeps the table of {@code docs/binding.md} true: the round trips that {@link TenantBinding#TRANSACTION} adds to a checkout
 * which goes each path once, counted on the wire.
 */
class CostOfEachPathTest {

    private static final java.nio.file.Path DOCUMENT = java.nio.file.Path.of("..", "docs", "binding.md");

    /** What cannot be done that way, by the driver's or the server's own rules. */
    private static final String IMPOSSIBLE = "–";

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    private record Row(String path, String autocommit, String inTransaction, String later) {

        /** Of the cells between the bars. */
        static Row of(String line) {
            List<String> cells =
                    Arrays.stream(line.split("\\|")).map(String::strip).toList();
            return new Row(cells.get(1), cells.get(2), cells.get(3), cells.get(4));
        }
    }

    @BeforeEach
    void createTable() {
        DATABASE.execute("drop table if exists note;"
                + " create table note (id serial primary key, text text, written timestamptz default now());"
                + " insert into note (text) values ('first');"
                + " create or replace function own_function() returns int language sql as 'select 1'");
    }

    @ParameterizedTest
    @EnumSource
    void inAutocommitMode(Path path) throws SQLException, IOException {
        String promised = documented().get(path.label()).autocommit();
        if (promised.equals(IMPOSSIBLE)) {
            assertThat(path).isIn(Path.LARGE_OBJECT);
            return;
        }
        assertThat(extraRoundTrips(connection -> {
                    connection.setAutoCommit(true);
                    path.go(connection);
                }))
                .isEqualTo(Long.parseLong(promised));
    }

    @ParameterizedTest
    @EnumSource
    void asTheFirstOfATransaction(Path path) throws SQLException, IOException {
        String promised = documented().get(path.label()).inTransaction();
        if (promised.equals(IMPOSSIBLE)) {
            assertThat(path).isIn(Path.OUTSIDE_OF_TRANSACTIONS);
            return;
        }
        assertThat(extraRoundTrips(connection -> {
                    connection.setAutoCommit(false);
                    path.go(connection);
                    connection.commit();
                    connection.setAutoCommit(true);
                }))
                .isEqualTo(Long.parseLong(promised));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"OUTSIDE_OF_TRANSACTIONS", "LARGE_OBJECT", "COPY"})
    void onceATransactionHasBegun(Path path) throws SQLException, IOException {
        assertThat(extraRoundTrips(connection -> {
                    connection.setAutoCommit(false);
                    Sql.query(connection, "select 1");
                    path.go(connection);
                    connection.commit();
                    connection.setAutoCommit(true);
                }))
                .isEqualTo(Long.parseLong(documented().get(path.label()).later()));
    }

    @Test
    void theTableHasARowForEachPathAndNoOther() throws IOException {
        assertThat(documented().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(Path.values()).map(Path::label).toList());
    }

    private static Map<String, Row> documented() throws IOException {
        String text = Files.readString(DOCUMENT);
        String table =
                text.substring(text.indexOf("<!-- round trips -->"), text.indexOf("<!-- end of round trips -->"));
        return table.lines()
                .filter(line -> line.startsWith("|"))
                .skip(2)
                .map(Row::of)
                .collect(toMap(Row::path, row -> row));
    }

    private interface Use {
        void of(Connection connection) throws SQLException;
    }

    private static long extraRoundTrips(Use use) throws SQLException {
        PGSimpleDataSource server = DATABASE.administrator();
        server.setProperty(
                "maxSendBufferSize",
                "65536"); // with less, the server answers the start of a batch before its end is sent
        try (RoundTripRecorder recorder = RoundTripRecorder.before(server);
                Wrapped wrapped = Wrapped.over(server, new Setup(Pool.HIKARI, TenantBinding.TRANSACTION, ""))) {
            raw(wrapped, use); // the pool connects, and it and the driver do what they do once
            bound(wrapped, use);
            long start = recorder.roundTrips();
            raw(wrapped, use);
            long betweenBoth = recorder.roundTrips();
            bound(wrapped, use);
            return recorder.roundTrips() - betweenBoth - (betweenBoth - start);
        }
    }

    private static void raw(Wrapped wrapped, Use use) throws SQLException {
        try (Connection connection = wrapped.pool.getConnection()) {
            use.of(connection);
        }
    }

    private static void bound(Wrapped wrapped, Use use) throws SQLException {
        try (Connection connection = wrapped.checkout(ACME)) {
            use.of(connection);
        }
    }
}
