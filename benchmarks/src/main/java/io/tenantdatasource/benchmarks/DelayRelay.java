package io.tenantdatasource.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.ds.PGSimpleDataSource;

/** A network of some length between driver and server: what goes in comes out later, however much it is. */
final class DelayRelay implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final long SPIN_NANOS = 100_000;

    private final ServerSocket listener;
    private final String serverHost;
    private final int serverPort;
    private volatile long oneWayNanos;

    private DelayRelay(ServerSocket listener, String serverHost, int serverPort) {
        this.listener = listener;
        this.serverHost = serverHost;
        this.serverPort = serverPort;
    }

    /** Makes {@code dataSource} connect through a relay from now on, which has no length yet. */
    static DelayRelay before(PGSimpleDataSource dataSource) throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        DelayRelay relay = new DelayRelay(
                listener, dataSource.getServerNames()[0], dataSource.getPortNumbers()[0]);
        dataSource.setServerNames(new String[] {listener.getInetAddress().getHostAddress()});
        dataSource.setPortNumbers(new int[] {listener.getLocalPort()});
        start("accept", relay::accept);
        return relay;
    }

    /** From now on it takes so long to the server and back. */
    void takes(Duration roundTrip) {
        oneWayNanos = roundTrip.toNanos() / 2;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(serverHost, serverPort);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            relay(client, server);
            relay(server, client);
        }
    }

    /** Some bytes, and when they arrive. */
    private static final class Packet {
        private final byte[] bytes;
        private final long arrival;

        private Packet(byte[] bytes, long arrival) {
            this.bytes = bytes;
            this.arrival = arrival;
        }
    }

    private void relay(Socket from, Socket to) {
        BlockingQueue<Packet> onTheWay = new LinkedBlockingQueue<>();
        start("send", () -> send(from, onTheWay));
        start("arrive", () -> arrive(onTheWay, from, to));
    }

    /** Sends an empty packet last. */
    private void send(Socket from, BlockingQueue<Packet> onTheWay) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int length = 0;
        while (length >= 0) {
            try {
                length = from.getInputStream().read(buffer);
            } finally {
                onTheWay.add(new Packet(Arrays.copyOf(buffer, Math.max(length, 0)), System.nanoTime() + oneWayNanos));
            }
        }
    }

    private static void arrive(BlockingQueue<Packet> onTheWay, Socket from, Socket to)
            throws IOException, InterruptedException {
        try (from;
                to) {
            for (Packet packet = onTheWay.take(); packet.bytes.length > 0; packet = onTheWay.take()) {
                waitUntil(packet.arrival);
                to.getOutputStream().write(packet.bytes);
            }
        }
    }

    /** Parking alone would come back late; what has something to do meanwhile gets the processor. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it: without it, several connections would only be slow
    private static void waitUntil(long time) {
        long left = time - System.nanoTime();
        while (left > 0) {
            if (left > SPIN_NANOS) {
                LockSupport.parkNanos(left - SPIN_NANOS);
            } else {
                Thread.yield();
            }
            left = time - System.nanoTime();
        }
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private static void start(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException | InterruptedException e) {
                        Thread.currentThread().interrupt(); // a socket was closed, which is how relays end
                    }
                },
                "delay-relay-" + name);
        thread.setDaemon(true);
        thread.start();
    }
}
