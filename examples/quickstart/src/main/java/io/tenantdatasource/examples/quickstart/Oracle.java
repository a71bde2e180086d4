package io.tenantdatasource.examples.quickstart;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** To whom each session belongs: read by the owner before there are policies, so no policy has a say in it. */
final class Oracle {

    private final List<Organization> organizations;
    private final Map<UUID, UUID> organizationBySession;
    private final Map<UUID, List<UserSession>> sessionsByOrganization;

    private Oracle(List<Organization> organizations, List<UserSession> sessions) {
        this.organizations = List.copyOf(organizations);
        this.organizationBySession =
                sessions.stream().collect(Collectors.toMap(UserSession::id, UserSession::organizationId));
        this.sessionsByOrganization = sessions.stream().collect(Collectors.groupingBy(UserSession::organizationId));
    }

    static Oracle load(DataSource owner) throws SQLException {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            return new Oracle(organizations(statement), sessions(statement));
        }
    }

    private static List<Organization> organizations(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery(Sql.read("oracle-organizations.sql"))) {
            List<Organization> organizations = new ArrayList<>();
            while (result.next()) {
                organizations.add(new Organization(result.getObject(1, UUID.class), result.getString(2)));
            }
            return organizations;
        }
    }

    private static List<UserSession> sessions(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery(Sql.read("oracle-sessions.sql"))) {
            List<UserSession> sessions = new ArrayList<>();
            while (result.next()) {
                sessions.add(new UserSession(
                        result.getObject(1, UUID.class),
                        new SessionToken(result.getString(2)),
                        result.getObject(3, UUID.class),
                        result.getObject(4, UUID.class)));
            }
            return sessions;
        }
    }

    List<Organization> organizations() {
        return organizations;
    }

    long sessionCount() {
        return organizationBySession.size();
    }

    long userCount() {
        return sessionsByOrganization.values().stream()
                .flatMap(List::stream)
                .map(UserSession::userId)
                .distinct()
                .count();
    }

    List<UserSession> sessionsOf(Organization organization) {
        return sessionsByOrganization.get(organization.id());
    }

    /** A session that nobody knows belongs to nobody here, so it is foreign to everyone. */
    boolean isForeign(UUID sessionId, Organization reader) {
        return !reader.id().equals(organizationBySession.get(sessionId));
    }
}
