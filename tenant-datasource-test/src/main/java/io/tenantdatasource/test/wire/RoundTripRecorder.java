package io.tenantdatasource.test.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A relay on the wire between driver and server that counts round trips: how often a client spoke again after the
 * server had answered. What a driver sends in one go is one, however many statements it holds.
 *
 * <p>It looks at no byte, so it works with encrypted connections too. {@link StatementRecorder} tells what was sent.
 *
 * <p>Safe for use by several threads.
 */
public final class RoundTripRecorder implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final AtomicLong roundTrips = new AtomicLong();
    private final Relay relay;

    private RoundTripRecorder(PGSimpleDataSource dataSource) {
        this.relay = Relay.before(dataSource, "round-trip-recorder", this::connect);
    }

    /**
     * Puts a recorder before a data source's server.
     *
     * @param dataSource made to connect through the recorder from now on
     * @return the recorder
     */
    public static RoundTripRecorder before(PGSimpleDataSource dataSource) {
        return new RoundTripRecorder(dataSource);
    }

    /**
     * Returns the round trips so far, those of logging in included.
     *
     * @return the count over all connections
     */
    public long roundTrips() {
        return roundTrips.get();
    }

    /** Ends the connections through it too; the data source cannot connect any more. */
    @Override
    public void close() {
        relay.close();
    }

    private void connect(Relay relay, Link link) {
        AtomicBoolean clientsTurn = new AtomicBoolean(true);
        relay.startWay(
                "to-server",
                link,
                () -> pass(link.fromClient(), link.toServer(), () -> {
                    if (clientsTurn.getAndSet(false)) {
                        roundTrips.incrementAndGet();
                    }
                }));
        relay.startWay("to-client", link, () -> pass(link.fromServer(), link.toClient(), () -> clientsTurn.set(true)));
    }

    private static void pass(InputStream in, OutputStream out, Runnable beforeSending) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            beforeSending.run();
            out.write(buffer, 0, n);
        }
    }
}
