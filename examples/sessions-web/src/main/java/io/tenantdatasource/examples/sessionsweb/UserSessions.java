package io.tenantdatasource.examples.sessionsweb;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The sessions of whoever asks. No query here names an organization, nor, but for the one that adds a session, a user: which
 * rows there are is decided by the policies of the database, for the tenant to which the connection is bound.
 */
@Repository
class UserSessions {

    static final String BY_ID = Sql.read("session-by-id.sql");
    static final String END = Sql.read("end-session.sql");

    private static final String ALL = Sql.read("my-sessions.sql");
    private static final String SEARCH = Sql.read("search-sessions.sql");

    private final JdbcClient jdbc;

    UserSessions(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<UserSession> all() {
        return jdbc.sql(ALL).query(UserSessions::session).list();
    }

    List<UserSession> search(String text) {
        return jdbc.sql(SEARCH).param("text", text).query(UserSessions::session).list();
    }

    Optional<UserSession> find(UUID id) {
        return jdbc.sql(BY_ID).param("id", id).query(UserSessions::session).optional();
    }

    /** Returns how many rows that were: one or none. */
    int end(UUID id) {
        return jdbc.sql(END).param("id", id).update();
    }

    private static UserSession session(ResultSet row, int number) throws SQLException {
        return new UserSession(
                row.getObject("id", UUID.class),
                row.getString("user_name"),
                row.getString("user_email"),
                row.getString("ip_address"),
                row.getString("user_agent"),
                row.getObject("created_at", OffsetDateTime.class),
                row.getObject("last_seen_at", OffsetDateTime.class));
    }
}
