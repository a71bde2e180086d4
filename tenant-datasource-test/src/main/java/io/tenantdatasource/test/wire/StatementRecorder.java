package io.tenantdatasource.test.wire;

import io.tenantdatasource.test.wire.StatementLog.Entry;
import java.io.IOException;
import java.util.Objects;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Stands on the wire between driver and server, and tells how many queries something made, and for whom.
 *
 * <pre>{@code
 * PGSimpleDataSource server = database.administrator();
 * try (StatementRecorder recorder = StatementRecorder.before(server)) {
 *     InvoiceService service = new InvoiceService(TenantDataSource.wrap(server));        // or over a pool
 *
 *     Recording recording = recorder.record(() -> Tenants.as(ACME, service::unpaid));
 *
 *     assertThat(recording.queries()).hasSize(1);
 *     assertThat(recording.organizations()).containsOnly(ACME.organizationId());
 * }
 * }</pre>
 *
 * <p>For whom a statement was is what the server says, not what its text or the running code would make one believe: right
 * before it runs, and in the same round trip, the recorder asks the server for the setting, and takes the answer out of what the
 * driver gets to see. So nothing is added but a little work for the server, which shows in its own logs and statistics. Where it
 * cannot ask without a risk, it does not, see {@link RecordedStatement#organization()}.
 *
 * <p>Works with pgjdbc on a connection that is not encrypted: it turns encryption off in the data source.
 *
 * <p>Safe for use by several threads.
 */
public final class StatementRecorder implements AutoCloseable {

    private static final String ORGANIZATION_SETTING = "app.organization_id";

    private final StatementLog log = new StatementLog();
    private final Relay relay;
    private volatile String organizationSetting = ORGANIZATION_SETTING;

    private StatementRecorder(PGSimpleDataSource dataSource) {
        this.relay = UnencryptedRelay.before(dataSource, "statement-recorder", this::connect);
    }

    /**
     * What to record.
     *
     * @param <E> what it throws
     */
    @FunctionalInterface
    public interface Task<E extends Exception> {

        /**
         * Does it.
         *
         * @throws E if it fails
         */
        void run() throws E;
    }

    /**
     * Puts a recorder before a data source's server. It asks for {@code app.organization_id}.
     *
     * @param dataSource made to connect through the recorder from now on, without encryption
     * @return the recorder
     */
    public static StatementRecorder before(PGSimpleDataSource dataSource) {
        return new StatementRecorder(dataSource);
    }

    /**
     * Asks for another setting from now on.
     *
     * @param name the setting that the {@code TenantDataSource} is configured with
     * @return this
     */
    public StatementRecorder organizationSetting(String name) {
        organizationSetting = Objects.requireNonNull(name, "The name of the setting is null");
        return this;
    }

    /**
     * Records what is sent while a task runs: by whatever thread and over whatever connection, so also what others do at the
     * same time.
     *
     * @param task what to do
     * @param <E> what it throws
     * @return what was sent
     * @throws E what {@code task} threw; {@link #recording()} has what was sent until then
     */
    public <E extends Exception> Recording record(Task<E> task) throws E {
        StatementLog.Mark start = log.mark();
        task.run();
        return log.since(start);
    }

    /**
     * Returns everything so far.
     *
     * @return what was sent since the recorder was made
     */
    public Recording recording() {
        return log.since(StatementLog.Mark.START);
    }

    /** Ends the connections through it too; the data source cannot connect any more. */
    @Override
    public void close() {
        relay.close();
    }

    private void connect(Relay relay, Link link) throws IOException {
        Conversation conversation = new Conversation();
        MessageWay toServer = new MessageWay(link.fromClient(), link.toServer());
        MessageWay toClient = new MessageWay(link.fromServer(), link.toClient());
        relay.startWay(
                "to-server",
                link,
                new ClientSide(toServer, link, conversation, this::treatment, log::nextRoundTrip)::pass);
        relay.startWay("to-client", link, new ServerSide(toClient, link, conversation)::pass);
    }

    private Treatment treatment(SentStatement statement) {
        SettingStatement setting = SettingStatement.of(statement.sql());
        if (setting == SettingStatement.AT_EITHER_END) {
            return Treatment.PASS; // what is looked at when a connection is new, and taken back on return
        }
        boolean ofBinding = setting != SettingStatement.NONE;
        Entry entry = log.add(statement, ofBinding);
        return statement.canBeAsked() && !ofBinding && FirstWord.isOfData(statement.sql())
                ? Treatment.ask(organizationSetting, entry::isFor, entry::ended)
                : Treatment.follow(entry::ended);
    }
}
