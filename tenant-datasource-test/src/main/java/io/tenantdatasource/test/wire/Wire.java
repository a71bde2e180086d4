package io.tenantdatasource.test.wire;

import io.tenantdatasource.test.wire.BindingMoments.Moment;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The wire between driver and server, which a test can make slow, cut, or make to lie.
 *
 * <pre>{@code
 * PGSimpleDataSource server = database.administrator();
 * try (Wire wire = Wire.before(server);
 *         TenantDataSource dataSource = TenantDataSource.wrap(poolOver(server))) {
 *
 *     wire.dieAtReset();
 *     assertThatThrownBy(() -> service.invoices()).isInstanceOf(SQLException.class);
 *
 *     wire.cutAfter(sql -> sql.equals("COMMIT"));      // was it committed? it was, but nobody was told
 *     assertThatThrownBy(() -> service.pay(invoice));
 * }
 * }</pre>
 *
 * <p>What happens <b>to the wire</b> ({@link #delay}, {@link #stall}, {@link #refuse}) lasts until it is taken back. What happens
 * <b>at a statement</b> happens once, to the first connection that sends such a statement from then on; if several wait for the
 * same statement, in the order in which they were asked for. {@link #heal()} takes back all of it.
 *
 * <p>The text of a statement is what the driver sends: parameters are {@code $1}, {@code $2}, what is around them may have been
 * added by pgjdbc or by {@code TenantDataSource}, and pgjdbc's own are {@code BEGIN}, {@code COMMIT} and {@code ROLLBACK}. In its
 * simple mode several statements are one text. Each statement of a batch is looked at.
 *
 * <p>Works with pgjdbc on a connection that is not encrypted: it turns encryption off in the data source. A request to cancel a
 * query goes over the wire like everything else.
 *
 * <p>Safe for use by several threads.
 */
public final class Wire implements AutoCloseable {

    private static final Pattern SQL_STATE = Pattern.compile("[0-9A-Z]{5}");

    private final WireState state = new WireState();
    private final List<Fault> faults = Collections.synchronizedList(new ArrayList<>());
    private final Relay relay;

    /** Something that will happen at a statement. */
    private static final class Fault {
        private final BiPredicate<String, Moment> when;
        private final Treatment treatment;

        private Fault(BiPredicate<String, Moment> when, Treatment treatment) {
            this.when = when;
            this.treatment = treatment;
        }
    }

    private Wire(PGSimpleDataSource dataSource) {
        this.relay = UnencryptedRelay.before(dataSource, "wire", this::connect);
    }

    /**
     * Puts a wire before a data source's server. Nothing is wrong with it yet.
     *
     * @param dataSource made to connect over the wire from now on, without encryption
     * @return the wire
     */
    public static Wire before(PGSimpleDataSource dataSource) {
        return new Wire(dataSource);
    }

    /**
     * Makes the wire longer: from now on everything takes this time to the server, and again back.
     *
     * @param eachWay how long; zero for as fast as can be
     * @throws IllegalArgumentException if it is negative
     */
    public void delay(Duration eachWay) {
        if (eachWay.isNegative()) {
            throw new IllegalArgumentException("The delay is negative: " + eachWay + "; zero is as fast as it gets");
        }
        state.delay(eachWay.toNanos());
    }

    /** Cuts all connections that there are, as if the server had lost its power. New ones are not concerned. */
    public void cut() {
        relay.cut();
    }

    /** Refuses new connections from now on, as if no server were there. Those that there are go on. */
    public void refuse() {
        relay.refuse();
    }

    /** Lets clients connect again after {@link #refuse()}. */
    public void accept() {
        relay.accept();
    }

    /** Swallows everything from now on, both ways, as a network that loses each packet: whoever waits goes on waiting. */
    public void stall() {
        state.stall();
    }

    /** Delivers what was held since {@link #stall()}, and lets everything through again. */
    public void resume() {
        state.resume();
    }

    /**
     * Cuts the next connection that sends such a statement. The server never sees it.
     *
     * @param statement whether it is this one, by its text
     */
    public void cutAt(Predicate<String> statement) {
        add(statement, Treatment.CUT_BEFORE);
    }

    /**
     * Cuts the next connection that sends such a statement, after the server has run it, and committed it if it does so by itself.
     * The client sees nothing of the answer.
     *
     * @param statement whether it is this one, by its text
     */
    public void cutAfter(Predicate<String> statement) {
        add(statement, Treatment.CUT_AFTER);
    }

    /**
     * Answers the next such statement with an error, on a connection that lives on. The server never sees it, and sees an error in
     * its place: a transaction that is open has failed.
     *
     * @param statement whether it is this one, by its text
     * @param sqlState the error's SQLState
     * @throws IllegalArgumentException if that is none
     */
    public void failAt(Predicate<String> statement, String sqlState) {
        add(statement, failure(sqlState));
    }

    /**
     * Cuts the next connection that a {@code TenantDataSource} binds: at checkout, or with {@code TenantBinding.TRANSACTION} at the
     * first statement of a transaction. The server sees neither the tenant nor the statement.
     */
    public void dieAtBind() {
        add(Moment.BIND, Treatment.CUT_BEFORE);
    }

    /**
     * Cuts the next connection that a {@code TenantDataSource} resets. With {@code TenantBinding.TRANSACTION} only sessions that were
     * told the tenant themselves are reset, as when a connection was unwrapped.
     * What is local to a transaction ends with it, by a {@code ROLLBACK} for which there is {@link #cutAt}.
     */
    public void dieAtReset() {
        add(Moment.RESET, Treatment.CUT_BEFORE);
    }

    /**
     * Answers the next connection that a {@code TenantDataSource} binds with an error, and again whenever it tries, as the server
     * does if a setting cannot be set. The connection lives.
     *
     * @param sqlState the error's SQLState
     * @throws IllegalArgumentException if that is none
     * @see #dieAtBind()
     */
    public void failAtBind(String sqlState) {
        add(Moment.BIND, failure(sqlState));
    }

    /**
     * Answers the next reset with an error, as the server does if a setting cannot be set. The connection lives.
     *
     * @param sqlState the error's SQLState
     * @throws IllegalArgumentException if that is none
     * @see #dieAtReset()
     */
    public void failAtReset(String sqlState) {
        add(Moment.RESET, failure(sqlState));
    }

    private static Treatment failure(String sqlState) {
        if (!SQL_STATE.matcher(sqlState).matches()) {
            throw new IllegalArgumentException(
                    "No SQLState: \"" + sqlState + "\"; it has five digits or capital letters, such as XX000");
        }
        return Treatment.fail(sqlState);
    }

    private void add(Predicate<String> statement, Treatment treatment) {
        Objects.requireNonNull(statement, "The statement to wait for is null");
        faults.add(new Fault((sql, moment) -> statement.test(sql), treatment));
    }

    private void add(Moment wanted, Treatment treatment) {
        faults.add(new Fault((sql, moment) -> moment == wanted, treatment));
    }

    /** Takes back everything, also what has not happened yet. What was cut stays so. */
    public void heal() {
        faults.clear();
        state.delay(0);
        resume();
        accept();
    }

    /**
     * Returns how many connections there are over this wire.
     *
     * @return their number, which changes a moment after a connection was closed
     */
    public int connections() {
        return relay.connections();
    }

    /** Ends the connections over it too; the data source cannot connect any more. */
    @Override
    public void close() {
        relay.close();
    }

    private void connect(Relay relay, Link link) throws IOException {
        Conversation conversation = new Conversation();
        Bindings bindings = new Bindings();
        SlowOutput toServer = new SlowOutput(link.toServer(), state);
        SlowOutput toClient = new SlowOutput(link.toClient(), state);
        MessageWay clientsWay = new MessageWay(link.fromClient(), toServer);
        MessageWay serversWay = new MessageWay(link.fromServer(), toClient);
        relay.startWay(
                "to-server",
                link,
                new ClientSide(clientsWay, link, conversation, sent -> treatment(sent, bindings), () -> 0)::pass);
        relay.startWay("to-client", link, new ServerSide(serversWay, link, conversation)::pass);
        relay.start("arrive-at-server", toServer::deliver);
        relay.start("arrive-at-client", toClient::deliver);
    }

    /** Those of one connection. */
    private static final class Bindings {

        private final BindingMoments moments = new BindingMoments();

        /** What a server that does not take the settings goes on to say. */
        private Optional<Fault> refusal = Optional.empty();

        Treatment next(SentStatement statement, BiFunction<String, Moment, Optional<Fault>> faults) {
            Moment moment = moments.next(statement);
            boolean isRefused = moment == Moment.BIND && refusal.isPresent();
            Optional<Fault> fault = isRefused ? refusal : faults.apply(statement.sql(), moment);
            if (moment == Moment.BIND) {
                refusal = fault;
            }
            return fault.map(happening -> happening.treatment).orElse(Treatment.PASS);
        }
    }

    private Treatment treatment(SentStatement statement, Bindings bindings) {
        return bindings.next(statement, this::firstAt);
    }

    /** Takes it out: it happens once. */
    private Optional<Fault> firstAt(String sql, Moment moment) {
        synchronized (faults) {
            Optional<Fault> first = faults.stream()
                    .filter(fault -> fault.when.test(sql, moment))
                    .findFirst();
            first.ifPresent(faults::remove);
            return first;
        }
    }
}
