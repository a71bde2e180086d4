package io.tenantdatasource.check;

import io.tenantdatasource.internal.PostgresText;
import io.tenantdatasource.internal.Resource;
import io.tenantdatasource.internal.SettingName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * Asks a database's catalogue whether its policies bind the role that an application works as: in one query, which reads no
 * row of a table and changes nothing.
 *
 * <pre>{@code
 * assertThat(dataSource.check()).isEmpty();                                        // of a TenantDataSource
 *
 * DatabaseCheck.of("app.organization_id").loggedInAs("app").run(administrator);    // of anybody else
 * }</pre>
 *
 * <p>Each wither returns a new object, this one stays as it is. Immutable, so safe to share between threads.
 */
public final class DatabaseCheck {

    private static final String QUERY =
            Resource.script(DatabaseCheck.class, "/io/tenantdatasource/check/database-check.sql");

    private final String organizationColumn;
    private final String assumedRole;
    private final String logIn;

    private DatabaseCheck(String organizationColumn, String assumedRole, String logIn) {
        this.organizationColumn = organizationColumn;
        this.assumedRole = assumedRole;
        this.logIn = logIn;
    }

    /**
     * The check of whoever connects.
     *
     * @param organizationSetting the setting of the organization, such as {@code app.organization_id}: the column of an
     *     organization is called as its last part, as a rule
     * @return the check
     * @throws IllegalArgumentException if no setting can have that name
     */
    public static DatabaseCheck of(String organizationSetting) {
        String setting = new SettingName(organizationSetting).value();
        return new DatabaseCheck(setting.substring(setting.lastIndexOf('.') + 1), null, null);
    }

    /**
     * Names the role that connections assume.
     *
     * @param role the role, as with {@code TenantDataSource.Builder.assumeRole}
     * @return a check of what that role sees
     * @throws IllegalArgumentException if no role can have that name
     */
    public DatabaseCheck assuming(String role) {
        return new DatabaseCheck(organizationColumn, PostgresText.requireNotBlank("role", role), logIn);
    }

    /**
     * Names the role that the application logs in as, where another one asks.
     *
     * @param role the role
     * @return a check of what that role sees
     * @throws IllegalArgumentException if no role can have that name
     */
    public DatabaseCheck loggedInAs(String role) {
        return new DatabaseCheck(organizationColumn, assumedRole, PostgresText.requireNotBlank("role", role));
    }

    /**
     * Asks on a connection of its own.
     *
     * @param pool where to take the connection from: not bound to a tenant, so a {@code TenantDataSource}'s pool
     * @return what was found, in the order of the rules; empty if nothing
     * @throws SQLException as {@link #run(Connection)} does, or if there is no connection
     */
    public List<Finding> run(DataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return run(connection);
        }
    }

    /**
     * Asks on a connection, in a transaction that is rolled back.
     *
     * @param connection a connection that has no transaction open
     * @return what was found, in the order of the rules; empty if nothing
     * @throws SQLException what the server says: 42704 if there is no role of the name that logs in, 0A000 if it is not
     *     PostgreSQL
     */
    public List<Finding> run(Connection connection) throws SQLException {
        Objects.requireNonNull(connection, "connection is null");
        String product = connection.getMetaData().getDatabaseProductName();
        if (!product.equals("PostgreSQL")) {
            throw new SQLFeatureNotSupportedException(
                    product + " is not PostgreSQL, so its policies cannot be checked", "0A000");
        }
        boolean autoCommit = connection.getAutoCommit();
        try (PreparedStatement query = connection.prepareStatement(QUERY)) {
            query.setString(1, logIn);
            query.setString(2, assumedRole);
            query.setString(3, organizationColumn);
            try (ResultSet rows = query.executeQuery()) {
                return findings(rows);
            }
        } finally {
            if (!autoCommit) {
                connection.rollback();
            }
        }
    }

    private static List<Finding> findings(ResultSet rows) throws SQLException {
        Map<Rule, List<String>> objects = new EnumMap<>(Rule.class);
        Map<Rule, Map<String, String>> mending = new EnumMap<>(Rule.class);
        while (rows.next()) {
            Rule rule = Rule.of(rows.getString("rule"));
            String object = rows.getString("object");
            objects.computeIfAbsent(rule, any -> new ArrayList<>()).add(object);
            String mend = rows.getString("mend");
            if (mend != null) {
                mending.computeIfAbsent(rule, any -> new LinkedHashMap<>()).put(object, mend);
            }
        }
        return objects.entrySet().stream()
                .map(found ->
                        new Finding(found.getKey(), found.getValue(), mending.getOrDefault(found.getKey(), Map.of())))
                .toList();
    }
}
