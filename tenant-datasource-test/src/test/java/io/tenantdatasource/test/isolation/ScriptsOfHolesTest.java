package io.tenantdatasource.test.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What got through is done again by a script, which shows it and leaves nothing behind. */
class ScriptsOfHolesTest {

    @AutoClose
    private static final DatabaseTemplate TEMPLATE = DatabaseTemplate.of(owner -> {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(Sql.script("protected.sql"));
        }
    });

    @TempDir
    private Path folder;

    @Test
    void eachCellInWhichSomethingGotThroughHasAScriptThatShowsIt() throws Exception {
        try (TestDatabase database = TEMPLATE.copy()) {
            database.execute("alter table users disable row level security");
            database.execute("create function everything() returns setof users language sql security definer"
                    + " begin atomic select * from users; end");
            IsolationReport report = IsolationMatrix.of(database).run();
            List<Cell> open = report.failures().stream()
                    .filter(cell -> cell.verdict() == Verdict.OPEN)
                    .toList();

            assertThat(open)
                    .isNotEmpty()
                    .allSatisfy(cell -> assertThat(cell.script()).isPresent());
            List<Path> files = report.writeScripts(folder);
            assertThat(files).hasSameSizeAs(open);
            for (int run = 0; run < 2; run++) {
                for (int i = 0; i < files.size(); i++) {
                    shows(database, open.get(i), Files.readString(files.get(i)));
                }
            }
            assertThat(answers(database, "select count(*) from users")).containsExactly("0");
        }
    }

    /** The rows that the other has then: none where they are gone. */
    private static void shows(TestDatabase database, Cell cell, String script) throws SQLException {
        List<String> answers = answers(database, script);
        String shown = answers.get(answers.size() - 1);
        if (cell.attempt() == Attempt.DELETE) {
            assertThat(shown).as(cell + "\n" + script).isEmpty();
        } else {
            assertThat(shown).as(cell + "\n" + script).isNotEmpty();
        }
    }

    /** The rows of each result, as text. */
    private static List<String> answers(TestDatabase database, String script) throws SQLException {
        List<String> answers = new ArrayList<>();
        try (Connection administrator = database.administrator().getConnection();
                Statement statement = administrator.createStatement()) {
            boolean isResult = statement.execute(script);
            while (isResult || statement.getUpdateCount() != -1) {
                if (isResult) {
                    answers.add(text(statement.getResultSet()));
                }
                isResult = statement.getMoreResults();
            }
        }
        return answers;
    }

    private static String text(ResultSet result) throws SQLException {
        StringBuilder text = new StringBuilder();
        while (result.next()) {
            text.append(result.getString(1));
        }
        return text.toString();
    }
}
