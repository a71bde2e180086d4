package io.tenantdatasource.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class TestDatabaseTest {

    @Test
    void isAloneWithItsTables() throws SQLException {
        try (TestDatabase one = TestDatabase.create();
                TestDatabase other = TestDatabase.create()) {
            one.execute("create table note (text text)");
            other.execute("create table note (text text)");
            one.execute("insert into note values ('mine')");

            assertThat(query(one.administrator(), "select count(*) from note")).isEqualTo("1");
            assertThat(query(other.administrator(), "select count(*) from note"))
                    .isEqualTo("0");
        }
    }

    @Test
    void createsUsersWithoutAnyRight() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            database.execute("create table note (text text)");
            DataSource user = database.createUser("reader");

            assertThat(query(user, "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"))
                    .isEqualTo("f");
            assertThatThrownBy(() -> query(user, "select count(*) from note"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void dropsItselfAndItsUsers() throws SQLException {
        DataSource user;
        String userName;
        try (TestDatabase database = TestDatabase.create()) {
            user = database.createUser("leaver");
            userName = query(user, "select current_user");
        }

        assertThatThrownBy(user::getConnection).isInstanceOf(SQLException.class);
        try (TestDatabase elsewhere = TestDatabase.create()) {
            assertThat(query(
                            elsewhere.administrator(),
                            "select count(*) from pg_roles where rolname = '" + userName + "'"))
                    .isEqualTo("0");
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
