package io.tenantdatasource.test.assertions;

import io.tenantdatasource.check.RowAnswer;
import io.tenantdatasource.check.WhyNoRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** Why a row is not seen, in the words of a message. */
final class MissingRows {

    private final UnaryOperator<WhyNoRow> diagnosed;

    private MissingRows(UnaryOperator<WhyNoRow> diagnosed) {
        this.diagnosed = diagnosed;
    }

    /** As far as the one who does not see it can know. */
    static MissingRows asBound() {
        return new MissingRows(UnaryOperator.identity());
    }

    static MissingRows diagnosedBy(DataSource seesAll) {
        return new MissingRows(question -> question.diagnosing(seesAll));
    }

    String why(Connection connection, WhyNoRow question) {
        try {
            RowAnswer answer = diagnosed.apply(question).ask(connection);
            return answer.toString();
        } catch (SQLException e) {
            return "Why could not be told: " + e.getMessage();
        }
    }
}
