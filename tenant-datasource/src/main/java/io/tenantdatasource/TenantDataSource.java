package io.tenantdatasource;

import io.tenantdatasource.check.DatabaseCheck;
import io.tenantdatasource.check.Finding;
import io.tenantdatasource.internal.PostgresText;
import io.tenantdatasource.internal.SettingName;
import io.tenantdatasource.internal.checkout.Checkouts;
import io.tenantdatasource.internal.checkout.Configuration;
import io.tenantdatasource.internal.checkout.ConnectionSource;
import io.tenantdatasource.internal.checkout.ListenerDispatch;
import io.tenantdatasource.internal.checkout.Tellers;
import io.tenantdatasource.internal.checkout.TenantSettings;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKeyBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.slf4j.LoggerFactory;

/**
 * A {@link DataSource} whose connections work for the tenant that the code which checks them out works for.
 *
 * <pre>{@code
 * TenantDataSource dataSource = TenantDataSource.wrap(pool);
 * try (var scope = TenantContext.open(Tenant.of(organizationId));
 *         var connection = dataSource.getConnection()) {
 *     ...                     // current_setting('app.organization_id', true) is the organization, to the end
 * }
 * }</pre>
 *
 * <p><b>From checkout to return</b> every statement sees the tenant in the settings {@code app.organization_id} and
 * {@code app.user_id} (empty without a user), whatever commits, rolls back or fails in between, and also on what
 * {@code unwrap} gives. Before the connection goes back to the pool, what is still open is rolled back and the settings
 * are emptied. A connection that cannot be bound or reset is destroyed and the call throws: binding fails in
 * {@code getConnection()}, resetting in {@code close()}, both with the SQLState of the driver's exception, which is the
 * cause.
 *
 * <p><b>Where it belongs</b> in a chain of data sources: right around the pool. What decides late whether to connect at
 * all, or joins a running transaction ({@code LazyConnectionDataSourceProxy}, {@code TransactionAwareDataSourceProxy}),
 * goes around this one, never inside: what a connection has open at checkout is rolled back.
 *
 * <p>Works with any {@code DataSource} over PostgreSQL 15 and later. Safe for concurrent use if the pool is.
 */
public final class TenantDataSource implements DataSource, AutoCloseable {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(TenantDataSource.class);

    private final DataSource pool;
    private final Configuration configuration;
    private final Checkouts checkouts;
    private final TenantDataSourceOptions options;
    private final boolean tellsOrganizations;
    private final Optional<DatabaseWarnings> warnings;
    private final LongAdder missingTenants = new LongAdder();
    private final AtomicBoolean warnedOfMissingTenant = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    private TenantDataSource(
            DataSource pool,
            Configuration configuration,
            TenantDataSourceOptions options,
            boolean tellsOrganizations,
            boolean warns) {
        this.pool = pool;
        this.configuration = configuration;
        this.tellsOrganizations = tellsOrganizations;
        this.checkouts = new Checkouts(configuration);
        this.options = options;
        this.warnings =
                warns ? Optional.of(new DatabaseWarnings(pool, databaseCheck(), closed::get)) : Optional.empty();
    }

    /**
     * Wraps a pool with all defaults.
     *
     * @param pool the pool, or any other data source over PostgreSQL
     * @return the data source to use from now on
     * @throws IllegalArgumentException if {@code pool} is, or wraps, a {@code TenantDataSource} already
     */
    public static TenantDataSource wrap(DataSource pool) {
        return builder(pool).build();
    }

    /**
     * Starts to wrap a pool.
     *
     * @param pool the pool, or any other data source over PostgreSQL
     * @return a builder with all defaults
     * @throws IllegalArgumentException if {@code pool} is, or wraps, a {@code TenantDataSource} already
     */
    public static Builder builder(DataSource pool) {
        return new Builder(pool);
    }

    /**
     * Checks out a connection for the tenant of the running code.
     *
     * @return a bound connection; closing it resets it and returns it to the pool
     * @throws MissingTenantException if there is no tenant, under {@link MissingTenant#FAIL}; nothing was borrowed
     * @throws SQLException if the pool has none to give, or if it could not be bound; it was destroyed then. 22023 if the tenant
     *     reads several organizations and no setting is {@linkplain Builder#organizationsSetting named} for them; nothing was
     *     borrowed
     */
    @Override
    public Connection getConnection() throws SQLException {
        return checkout(pool::getConnection);
    }

    /**
     * Checks out a connection of another database user, where the pool supports that.
     *
     * @throws MissingTenantException if there is no tenant, under {@link MissingTenant#FAIL}; nothing was borrowed
     * @throws SQLException if the pool has none to give, or if it could not be bound; it was destroyed then
     */
    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return checkout(() -> pool.getConnection(username, password));
    }

    Connection checkout(ConnectionSource source) throws SQLException {
        if (closed.get()) {
            throw new SQLException("This TenantDataSource has been closed; no connection was borrowed", "08003");
        }
        Optional<Tenant> tenant = configuration.currentTenant();
        if (tenant.isEmpty()) {
            missingTenant();
        } else {
            requireTold(tenant.get());
        }
        Connection connection = checkouts.open(source, tenant);
        warnings.ifPresent(DatabaseWarnings::connectionWasCheckedOut);
        return connection;
    }

    /** What is not told would be left out in silence: rows would be missing, and nobody would know. */
    private void requireTold(Tenant tenant) throws SQLException {
        if (!tenant.alsoReads().isEmpty() && !tellsOrganizations) {
            throw new SQLException(
                    "The tenant reads further organizations, but this TenantDataSource has no setting to tell them in; no"
                            + " connection was borrowed. Name one with organizationsSetting(…), here and in the policies, or"
                            + " open a scope for each organization",
                    "22023");
        }
    }

    private void missingTenant() throws MissingTenantException {
        missingTenants.increment();
        configuration.listener().missingTenant();
        if (options.onMissingTenant() == MissingTenant.FAIL) {
            throw new MissingTenantException();
        }
        if (warnedOfMissingTenant.compareAndSet(false, true)) {
            LOG.warn(
                    "A connection was checked out while no tenant was set; it is bound to none, so the policies show and"
                            + " change nothing. Open a TenantContext around the code below, or use MissingTenant.FAIL to refuse."
                            + " Further ones are only counted, see missingTenantCount()",
                    new MissingTenantException());
        }
    }

    /**
     * Returns how often a connection was asked for while no tenant was set.
     *
     * @return the count since this data source was built
     */
    public long missingTenantCount() {
        return missingTenants.sum();
    }

    /**
     * Asks the database whether its policies bind the role that connections work as: one query of the catalogue, on a
     * connection of the pool that is bound to no tenant. In a test, {@code assertThat(dataSource.check()).isEmpty()}.
     *
     * @return what was found; empty if nothing
     * @throws SQLException if there is no connection, or what the server says; 0A000 if it is not PostgreSQL
     */
    public List<Finding> check() throws SQLException {
        return databaseCheck().run(pool);
    }

    private DatabaseCheck databaseCheck() {
        DatabaseCheck check = DatabaseCheck.of(options.settings().get(0));
        return options.assumedRole().map(check::assuming).orElse(check);
    }

    /**
     * Returns what it was built with.
     *
     * @return names and rules
     */
    public TenantDataSourceOptions options() {
        return options;
    }

    /**
     * Returns what it takes its connections from, which are bound to no tenant there: for those who look at the pool or
     * the database itself, not for an application's queries.
     *
     * @return the pool that was wrapped
     */
    public DataSource pool() {
        return pool;
    }

    /**
     * Returns a builder of the pool, whose connections are bound like all others.
     *
     * @throws SQLFeatureNotSupportedException if the pool has none
     */
    @Override
    public ConnectionBuilder createConnectionBuilder() throws SQLException {
        return new TenantConnectionBuilder(pool.createConnectionBuilder(), this);
    }

    /**
     * Returns the pool's builder of sharding keys.
     *
     * @throws SQLFeatureNotSupportedException if the pool has none
     */
    @Override
    public ShardingKeyBuilder createShardingKeyBuilder() throws SQLException {
        return pool.createShardingKeyBuilder();
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return pool.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        pool.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        pool.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return pool.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return pool.getParentLogger();
    }

    /**
     * Reaches the pool. Connections that are checked out from what this returns are bound to no tenant.
     *
     * @throws SQLException if neither this, nor the pool, nor what it wraps is of that type
     */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        return type.isInstance(pool) ? type.cast(pool) : pool.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || type.isInstance(pool) || pool.isWrapperFor(type);
    }

    /**
     * Closes the pool, if it can be closed. A second call does nothing.
     *
     * @throws IllegalStateException if the pool's {@code close} throws a checked exception, which is the cause
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true) && pool instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("Closing the pool " + pool + " failed", e);
            }
        }
    }

    @Override
    public String toString() {
        return "TenantDataSource over " + pool;
    }

    /** Builds a {@link TenantDataSource}. Not safe for concurrent use. */
    public static final class Builder {

        private final DataSource pool;
        private TenantResolver resolver = TenantContext::current;
        private SettingName organizationSetting = new SettingName("app.organization_id");
        private SettingName userSetting = new SettingName("app.user_id");
        private Optional<SettingName> organizationsSetting = Optional.empty();
        private final List<TenantSettings.Setting> furtherSettings = new ArrayList<>();
        private String role;
        private TenantBinding binding = TenantBinding.CHECKOUT;
        private MissingTenant missingTenant = MissingTenant.DENY;
        private TenantSwitch tenantSwitch = TenantSwitch.FAIL;
        private SessionReset sessionReset = SessionReset.ISOLATING;
        private UnwrappedConnections unwrappedConnections = UnwrappedConnections.KEEP;
        private Supplier<Optional<String>> checkoutPlace = Optional::empty;
        private boolean databaseCheck = true;
        private final List<TenantDataSourceListener> listeners = new ArrayList<>();

        private Builder(DataSource pool) {
            this.pool = Objects.requireNonNull(pool, "pool is null");
            if (isWrapped(pool)) {
                throw new IllegalArgumentException(pool
                        + " binds its connections to a tenant already, and binding twice would pay twice: wrap the pool"
                        + " once, and use that data source");
            }
        }

        private static boolean isWrapped(DataSource pool) {
            try {
                return pool instanceof TenantDataSource || pool.isWrapperFor(TenantDataSource.class);
            } catch (SQLException | RuntimeException e) {
                throw new IllegalArgumentException("Could not tell whether " + pool + " is wrapped already", e);
            }
        }

        /**
         * Says who tells the tenant.
         *
         * @param resolver the resolver; {@link TenantContext#current()} by default
         * @return this builder
         */
        public Builder resolver(TenantResolver resolver) {
            this.resolver = Objects.requireNonNull(resolver, "resolver is null");
            return this;
        }

        /**
         * Names the setting that carries the organization.
         *
         * @param name a custom setting, {@code app.organization_id} by default
         * @return this builder
         * @throws IllegalArgumentException if the server would not take that name
         */
        public Builder organizationSetting(String name) {
            this.organizationSetting = new SettingName(name);
            return this;
        }

        /**
         * Names the setting that carries the user.
         *
         * @param name a custom setting, {@code app.user_id} by default
         * @return this builder
         * @throws IllegalArgumentException if the server would not take that name
         */
        public Builder userSetting(String name) {
            this.userSetting = new SettingName(name);
            return this;
        }

        /**
         * Names the setting that carries the further organizations of a tenant that {@linkplain Tenant#reading reads} several: one a
         * line, and empty for all others. Without it, a checkout for such a tenant is refused (SQLState 22023). Costs no further
         * round trip. The policies have to ask for it as well, or they show the rows of the own organization alone.
         *
         * @param name a custom setting, such as {@code app.organization_ids}; none by default
         * @return this builder
         * @throws IllegalArgumentException if the server would not take that name
         */
        public Builder organizationsSetting(String name) {
            this.organizationsSetting = Optional.of(new SettingName(name));
            return this;
        }

        /**
         * Adds a further setting. It costs no further round trip, and is emptied on return. Without a tenant it is
         * empty.
         *
         * @param name a custom setting, such as {@code app.plan}
         * @param value its value for a tenant; null stands for the empty text. Called before a connection is borrowed;
         *     must be safe for concurrent use
         * @return this builder
         * @throws IllegalArgumentException if the server would not take that name
         */
        public Builder setting(String name, Function<Tenant, String> value) {
            furtherSettings.add(
                    new TenantSettings.Setting(new SettingName(name), Objects.requireNonNull(value, "value is null")));
            return this;
        }

        /**
         * Assumes a role with the tenant, and returns to the session's own on return. Costs no further round trip. The
         * user that the pool logs in as has to be a member of it.
         *
         * @param role the role's name as it stands in {@code pg_roles}, unquoted
         * @return this builder
         * @throws IllegalArgumentException if it is blank, holds a NUL character, or is {@code none}, which stands for
         *     no role
         */
        public Builder assumeRole(String role) {
            PostgresText.requireNotBlank("role", role);
            if (role.equals("none")) {
                throw new IllegalArgumentException(
                        "\"none\" is no role but PostgreSQL's word for giving one up; leave assumeRole out instead");
            }
            this.role = role;
            return this;
        }

        /**
         * Says when a connection is bound.
         *
         * @param binding the binding; {@link TenantBinding#CHECKOUT} by default
         * @return this builder
         */
        public Builder binding(TenantBinding binding) {
            this.binding = Objects.requireNonNull(binding, "binding is null");
            return this;
        }

        /**
         * Says what a checkout without a tenant does.
         *
         * @param missingTenant the rule; {@link MissingTenant#DENY} by default
         * @return this builder
         */
        public Builder onMissingTenant(MissingTenant missingTenant) {
            this.missingTenant = Objects.requireNonNull(missingTenant, "missingTenant is null");
            return this;
        }

        /**
         * Says what a statement for another tenant than the connection's does.
         *
         * @param tenantSwitch the rule; {@link TenantSwitch#FAIL} by default
         * @return this builder
         */
        public Builder onTenantSwitch(TenantSwitch tenantSwitch) {
            this.tenantSwitch = Objects.requireNonNull(tenantSwitch, "tenantSwitch is null");
            return this;
        }

        /**
         * Says how much of a session is brought back when a connection goes back to the pool.
         *
         * @param sessionReset how much; {@link SessionReset#ISOLATING} by default
         * @return this builder
         */
        public Builder sessionReset(SessionReset sessionReset) {
            this.sessionReset = Objects.requireNonNull(sessionReset, "sessionReset is null");
            return this;
        }

        /**
         * Says what becomes of a connection on which {@code unwrap} has handed out an object of the driver or the pool, when it
         * goes back.
         *
         * @param unwrappedConnections the rule; {@link UnwrappedConnections#KEEP} by default
         * @return this builder
         */
        public Builder unwrappedConnections(UnwrappedConnections unwrappedConnections) {
            this.unwrappedConnections = Objects.requireNonNull(unwrappedConnections, "unwrappedConnections is null");
            return this;
        }

        /**
         * Says what names the place where the connection at hand was checked out, for the message of {@link
         * TenantSwitchException}. Asked only when a statement is refused, on its thread: so that a checkout pays nothing
         * for it, it has to find out then, such as from the transaction that is running. What it throws is logged, and
         * the place left out.
         *
         * @param place returns the place as it is to stand after "in", such as {@code "transaction Billing.run"}, or
         *     empty if it is not known, which is the default; must be safe for concurrent use
         * @return this builder
         */
        public Builder checkoutPlace(Supplier<Optional<String>> place) {
            this.checkoutPlace = Objects.requireNonNull(place, "place is null");
            return this;
        }

        /**
         * Says whether the database is asked, once, whether its policies bind the role that connections work as. Five seconds
         * after the first checkout, a thread of its own takes one connection from the pool for one query of the catalogue, and
         * logs each finding of {@link TenantDataSource#check} at WARN. It fails nobody. Connections that the pool hands out without autocommit
         * are left alone.
         *
         * @param databaseCheck false to ask nothing; true by default
         * @return this builder
         */
        public Builder databaseCheck(boolean databaseCheck) {
            this.databaseCheck = databaseCheck;
            return this;
        }

        /**
         * Adds a listener. Listeners are told in the order in which they were added.
         *
         * @param listener the listener
         * @return this builder
         */
        public Builder listener(TenantDataSourceListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener is null"));
            return this;
        }

        /**
         * Builds the data source. Connects to nothing.
         *
         * @return the data source to use from now on
         * @throws IllegalArgumentException if a setting is named twice
         */
        public TenantDataSource build() {
            TenantSettings settings = new TenantSettings(settings(), Optional.ofNullable(role));
            return new TenantDataSource(
                    pool,
                    new Configuration(
                            resolver::resolve,
                            settings,
                            Tellers.of(binding, settings),
                            tenantSwitch == TenantSwitch.FAIL,
                            TenantSwitchException::new,
                            unwrappedConnections == UnwrappedConnections.DESTROY,
                            sessionReset == SessionReset.FULL,
                            checkoutPlace,
                            new ListenerDispatch(listeners)),
                    options(),
                    organizationsSetting.isPresent(),
                    databaseCheck);
        }

        private TenantDataSourceOptions options() {
            return new TenantDataSourceOptions(
                    binding,
                    missingTenant,
                    tenantSwitch,
                    settings().stream().map(setting -> setting.name().value()).toList(),
                    Optional.ofNullable(role));
        }

        private List<TenantSettings.Setting> settings() {
            List<TenantSettings.Setting> settings = new ArrayList<>();
            settings.add(new TenantSettings.Setting(organizationSetting, Tenant::organizationId));
            settings.add(new TenantSettings.Setting(userSetting, Tenant::userId));
            organizationsSetting.ifPresent(name ->
                    settings.add(new TenantSettings.Setting(name, tenant -> String.join("\n", tenant.alsoReads()))));
            settings.addAll(furtherSettings);
            requireDistinct(settings);
            return settings;
        }

        private static void requireDistinct(List<TenantSettings.Setting> settings) {
            for (int i = 0; i < settings.size(); i++) {
                SettingName name = settings.get(i).name();
                if (settings.subList(0, i).stream()
                        .anyMatch(earlier -> earlier.name().isSameSettingAs(name))) {
                    throw new IllegalArgumentException("setting " + name
                            + " is named twice, and the last one would win: give each setting a name of its own");
                }
            }
        }
    }
}
