package io.tenantdatasource.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A relay on the wire between driver and server that counts round trips: how often a client spoke again after the
 * server had answered. What a driver sends in one go is one, however many statements it holds.
 */
public final class RoundTripRecorder implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final ServerSocket listener;
    private final String serverHost;
    private final int serverPort;
    private final AtomicLong roundTrips = new AtomicLong();

    private RoundTripRecorder(ServerSocket listener, String serverHost, int serverPort) {
        this.listener = listener;
        this.serverHost = serverHost;
        this.serverPort = serverPort;
    }

    /**
     * Puts a recorder before a data source's server.
     *
     * @param dataSource made to connect through the recorder from now on
     * @return the recorder
     */
    public static RoundTripRecorder before(PGSimpleDataSource dataSource) {
        try {
            ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            RoundTripRecorder recorder = new RoundTripRecorder(
                    listener, dataSource.getServerNames()[0], dataSource.getPortNumbers()[0]);
            dataSource.setServerNames(new String[] {listener.getInetAddress().getHostAddress()});
            dataSource.setPortNumbers(new int[] {listener.getLocalPort()});
            start("accept", recorder::accept);
            return recorder;
        } catch (IOException e) {
            throw new UncheckedIOException("The recorder could not listen on the loopback address", e);
        }
    }

    /**
     * Returns the round trips so far, those of logging in included.
     *
     * @return the count over all connections
     */
    public long roundTrips() {
        return roundTrips.get();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The recorder's socket could not be closed", e);
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(serverHost, serverPort);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            AtomicBoolean clientsTurn = new AtomicBoolean(true);
            start(
                    "to-server",
                    () -> relay(client, server, () -> {
                        if (clientsTurn.getAndSet(false)) {
                            roundTrips.incrementAndGet();
                        }
                    }));
            start("to-client", () -> relay(server, client, () -> clientsTurn.set(true)));
        }
    }

    /** Ends when either side closes, and then closes the other one. */
    private static void relay(Socket from, Socket to, Runnable beforeSending) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                beforeSending.run();
                out.write(buffer, 0, n);
            }
        }
    }

    private interface IoTask {
        void run() throws IOException;
    }

    private static void start(String name, IoTask task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        Thread.currentThread().interrupt(); // a socket was closed, which is how relays end
                    }
                },
                "round-trip-recorder-" + name);
        thread.setDaemon(true);
        thread.start();
    }
}
