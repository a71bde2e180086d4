package io.tenantdatasource.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class DatabaseTemplateTest {

    private static DatabaseTemplate template;

    @BeforeAll
    static void make() {
        template = DatabaseTemplate.of(owner -> execute(owner, """
                create table note (text text);
                insert into note values ('of the template');
                alter table note enable row level security;
                alter table note force row level security"""));
    }

    @AfterAll
    static void drop() {
        template.close();
    }

    @Test
    void aCopyHasTheSchemaAndTheRows() throws SQLException {
        try (TestDatabase copy = template.copy()) {
            assertThat(query(copy.administrator(), "select text from note")).isEqualTo("of the template");
        }
    }

    @Test
    void copiesDoNotSeeEachOther() throws SQLException {
        try (TestDatabase one = template.copy();
                TestDatabase other = template.copy()) {
            one.execute("insert into note values ('mine')");
            assertThat(query(one.administrator(), "select count(*) from note")).isEqualTo("2");
            assertThat(query(other.administrator(), "select count(*) from note"))
                    .isEqualTo("1");
        }
    }

    @Test
    void theOwnerIsBoundByRowLevelSecurity() throws SQLException {
        try (TestDatabase copy = template.copy()) {
            assertThat(query(copy.owner(), "select count(*) from note")).isEqualTo("0");
            execute(copy.owner(), "alter table note no force row level security");
            assertThat(query(copy.owner(), "select count(*) from note")).isEqualTo("1");
        }
    }

    @Test
    void aSchemaThatFailsLeavesNothingBehind() throws SQLException {
        String before = roles();
        assertThatThrownBy(() -> DatabaseTemplate.of(owner -> execute(owner, "create tabel note ()")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("schema of the test databases could not be made")
                .hasMessageContaining("tabel");
        assertThat(roles()).isEqualTo(before);
    }

    @Test
    void onAServerOfOnesOwnNothingIsLeftWhenTheJvmHasEnded() throws Exception {
        PGSimpleDataSource own =
                EmbeddedServers.OF_ALL_MAJORS.of(SharedServers.ANY_MAJOR).dataSource("postgres");
        String owner = ownerOfTheTemplateThatAJvmMade(own);

        assertThat(owner).startsWith("owner0_test_");
        assertThat(query(own, "select count(*) from pg_roles where rolname = '" + owner + "'"))
                .isEqualTo("0");
        assertThat(query(own, "select count(*) from pg_database where '" + owner + "' like '%' || datname"))
                .isEqualTo("0");
    }

    private static String ownerOfTheTemplateThatAJvmMade(PGSimpleDataSource own) throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-D" + ServerSettings.URL + "=" + own.getURL(),
                        "-D" + ServerSettings.USER + "=" + own.getUser(),
                        MakesATemplateByHand.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jvm.waitFor()).isZero();
        return said.strip();
    }

    /** And leaves it to the end of its JVM. */
    static class MakesATemplateByHand {

        public static void main(String[] arguments) {
            DatabaseTemplate template = DatabaseTemplate.of(owner -> execute(owner, "create table note (text text)"));
            try (TestDatabase copy = template.copy()) {
                System.out.println(copy.owner().getUser());
            }
        }
    }

    private static String roles() throws SQLException {
        try (TestDatabase any = TestDatabase.create()) {
            return query(any.administrator(), "select count(*) from pg_roles where rolname like 'owner%'");
        }
    }

    private static void execute(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
