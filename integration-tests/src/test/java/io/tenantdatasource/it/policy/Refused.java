package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tenantdatasource.test.TestDatabase;
import java.sql.SQLException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What makes an error a good one: it says what is wrong, with what, and what to do next, and nothing was changed. */
final class Refused {

    private final ServerErrorMessage error;

    private Refused(ServerErrorMessage error) {
        this.error = error;
    }

    /** Expects a migration to fail, with that SQLState and a hint, and to leave the database as it was. */
    static Refused by(TestDatabase database, String sqlState, ThrowingCallable migration) throws SQLException {
        String before = SchemaDump.of(database.administrator());
        Throwable thrown = catchThrowable(migration);
        assertThat(thrown).isInstanceOf(PSQLException.class);
        ServerErrorMessage error = ((PSQLException) thrown).getServerErrorMessage();
        assertThat(error.getSQLState()).as("%s", error).isEqualTo(sqlState);
        assertThat(error.getHint()).as("the next step after: %s", error).isNotBlank();
        assertThat(SchemaDump.of(database.administrator())).isEqualTo(before);
        return new Refused(error);
    }

    Refused naming(String... objects) {
        assertThat(error.getMessage()).contains(objects);
        return this;
    }

    Refused hinting(String... words) {
        assertThat(error.getHint()).contains(words);
        return this;
    }
}
