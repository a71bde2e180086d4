package io.tenantdatasource.test.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.postgresql.ds.PGSimpleDataSource;

/** Listens on the loopback address, connects each client that comes to the server, and ends what it began when closed. */
final class Relay implements AutoCloseable {

    /** What connections go through. */
    @FunctionalInterface
    interface Medium {

        /**
         * Starts, by {@link Relay#start}, what carries bytes from one side to the other.
         *
         * @param relay the relay
         * @param link a new connection
         * @throws IOException if it has ended already
         */
        void connect(Relay relay, Link link) throws IOException;
    }

    /** What a thread of a relay does. Sockets that are closed meanwhile are how it ends. */
    @FunctionalInterface
    interface Task {
        void run() throws IOException, InterruptedException;
    }

    private static final int POSTGRESQL = 5432;
    private static final int BACKLOG = 200;
    private static final long MILLIS_TO_END = 10_000;

    private final String name;
    private final InetSocketAddress server;
    private final Medium medium;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private int port;
    private ServerSocket listener;
    private Thread acceptor;
    private volatile boolean closed;

    private Relay(String name, InetSocketAddress server, Medium medium) {
        this.name = name;
        this.server = server;
        this.medium = medium;
        listen(0);
    }

    /**
     * Makes {@code dataSource} connect through a relay from now on.
     *
     * @param name of what uses the relay, for its threads
     */
    static Relay before(PGSimpleDataSource dataSource, String name, Medium medium) {
        Relay relay = new Relay(name, serverOf(dataSource), medium);
        dataSource.setServerNames(new String[] {InetAddress.getLoopbackAddress().getHostAddress()});
        dataSource.setPortNumbers(new int[] {relay.port});
        return relay;
    }

    private static InetSocketAddress serverOf(PGSimpleDataSource dataSource) {
        int[] ports = dataSource.getPortNumbers();
        int port = ports == null || ports[0] == 0 ? POSTGRESQL : ports[0];
        return new InetSocketAddress(dataSource.getServerNames()[0], port);
    }

    private synchronized void listen(int wantedPort) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true); // connections that were accepted before may still be there
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort), BACKLOG);
            listener = socket;
            port = socket.getLocalPort();
            acceptor = start("accept", () -> accept(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The " + name + " could not listen on the loopback address"
                            + (wantedPort == 0 ? "" : ", port " + wantedPort + ", which may be taken by now"),
                    e);
        }
    }

    private void accept(ServerSocket socket) throws IOException {
        while (true) {
            Socket client = socket.accept();
            try {
                connect(client);
            } catch (IOException e) {
                client.close(); // the server is not there, or refuses
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Link link = new Link(client, new Socket(server.getAddress(), server.getPort()));
        links.add(link);
        try {
            medium.connect(this, link);
        } catch (IOException e) {
            links.remove(link);
            link.end();
        }
        if (closed) {
            link.cut(); // whoever closed the relay did not see it
        }
    }

    /** Runs a part of a link's way, and ends the link with it. */
    void startWay(String way, Link link, Task task) {
        start(way, () -> {
            try {
                task.run();
            } finally {
                link.end();
                links.remove(link);
            }
        });
    }

    Thread start(String part, Task task) {
        Thread thread = new Thread(() -> runQuietly(task), name + "-" + port + "-" + part);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void runQuietly(Task task) {
        try {
            task.run();
        } catch (IOException e) {
            Thread.currentThread().interrupt(); // a socket was closed, which is how relays end
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    int connections() {
        return links.size();
    }

    /** Ends all connections, as if the other side had vanished. */
    void cut() {
        links.forEach(Link::cut);
    }

    /** Lets nobody connect any more. */
    synchronized void refuse() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The socket of the " + name + " could not be closed", e);
        }
        awaitEnd(acceptor); // the system goes on listening as long as a thread waits there
    }

    /** Lets clients connect again. */
    synchronized void accept() {
        if (listener.isClosed() && !closed) {
            listen(port);
        }
    }

    /** Returns when all threads have ended and all sockets are closed. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            refuse();
        }
        cut();
        threads.forEach(Thread::interrupt);
        threads.forEach(this::awaitEnd);
    }

    private void awaitEnd(Thread thread) {
        if (thread == Thread.currentThread()) {
            return;
        }
        try {
            thread.join(MILLIS_TO_END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
