package io.tenantdatasource.examples.sessionsweb;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Begins, continues and ends sessions by their tokens, which only the browser has. */
@Repository
class SignedInUsers {

    /** Longer is of no use to people, and would let anybody fill the table. */
    private static final int LONGEST_AGENT = 400;

    private static final String BEGIN = Sql.read("begin-session.sql");
    private static final String FIND = Sql.read("signed-in-user.sql");
    private static final String NOTE_SEEN = Sql.read("note-seen.sql");
    private static final String END = Sql.read("end-session-by-token.sql");

    private final FrontDoor frontDoor;
    private final JdbcClient jdbc;
    private final int lifetimeDays;

    SignedInUsers(FrontDoor frontDoor, JdbcClient jdbc, Settings settings) {
        this.frontDoor = frontDoor;
        this.jdbc = jdbc;
        this.lifetimeDays = settings.lifetimeDays();
    }

    /** A token that was never seen before, whatever the browser had. */
    SessionToken begin(Account account, String ip, String agent) {
        SessionToken token = SessionToken.random();
        Tenant tenant = Tenant.of(account.organizationId()).withUser(account.userId());
        TenantContext.run(
                tenant,
                () -> jdbc.sql(BEGIN)
                        .param("user", account.userId())
                        .param("hash", token.hash())
                        .param("ip", ip)
                        .param("agent", shortened(agent))
                        .param("days", lifetimeDays)
                        .update());
        return token;
    }

    private static String shortened(String agent) {
        return agent == null || agent.length() <= LONGEST_AGENT ? agent : agent.substring(0, LONGEST_AGENT);
    }

    /** Whose token that is, if there is such a session; and notes, once a minute, that they were here. */
    Optional<SignedInUser> continued(SessionToken token, String ip) {
        return frontDoor.tenantOf(token).flatMap(tenant -> {
            try (TenantContext.Scope scope = TenantContext.open(tenant)) {
                Optional<Found> found = find(token, tenant);
                found.filter(Found::unnoted).ifPresent(session -> noteSeen(session.user(), ip));
                return found.map(Found::user);
            }
        });
    }

    private record Found(SignedInUser user, boolean unnoted) {}

    private Optional<Found> find(SessionToken token, Tenant tenant) {
        return jdbc.sql(FIND)
                .param("hash", token.hash())
                .query((row, number) -> new Found(user(row, tenant), row.getBoolean("unnoted")))
                .optional();
    }

    private static SignedInUser user(ResultSet row, Tenant tenant) throws SQLException {
        return new SignedInUser(
                UUID.fromString(tenant.organizationId()),
                UUID.fromString(tenant.userId()),
                row.getObject("session_id", UUID.class),
                row.getString("name"),
                row.getString("organization_name"),
                Role.valueOf(row.getString("role")));
    }

    private void noteSeen(SignedInUser user, String ip) {
        jdbc.sql(NOTE_SEEN).param("id", user.sessionId()).param("ip", ip).update();
    }

    void end(SessionToken token) {
        frontDoor
                .tenantOf(token)
                .ifPresent(tenant -> TenantContext.run(
                        tenant, () -> jdbc.sql(END).param("hash", token.hash()).update()));
    }
}
