package io.tenantdatasource.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
            assertThat(query(template.owner(copy), "select count(*) from note")).isEqualTo("0");
            execute(template.owner(copy), "alter table note no force row level security");
            assertThat(query(template.owner(copy), "select count(*) from note")).isEqualTo("1");
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
