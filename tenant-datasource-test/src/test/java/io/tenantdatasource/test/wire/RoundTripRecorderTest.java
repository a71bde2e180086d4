package io.tenantdatasource.test.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class RoundTripRecorderTest {

    @Test
    void countsWhatIsSentInOneGoAsOne() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            PGSimpleDataSource dataSource = database.administrator();
            try (RoundTripRecorder recorder = RoundTripRecorder.before(dataSource);
                    Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                long before = recorder.roundTrips();
                statement.execute("select 1; select 2; select 3");
                assertThat(recorder.roundTrips() - before).isEqualTo(1);

                statement.execute("select 1");
                statement.execute("select 2");
                assertThat(recorder.roundTrips() - before).isEqualTo(3);
            }
        }
    }
}
