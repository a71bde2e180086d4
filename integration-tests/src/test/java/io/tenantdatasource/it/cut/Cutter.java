package io.tenantdatasource.it.cut;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A wire that can be cut after any byte, in either direction: all that came before arrives, nothing after it, and both ends
 * are closed.
 */
final class Cutter implements AutoCloseable {

    private static final long NEVER = Long.MAX_VALUE;
    private static final int BUFFER = 8192;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool(Cutter::thread);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<Direction, AtomicLong> left = new EnumMap<>(Direction.class);
    private final Map<Direction, AtomicLong> passed = new EnumMap<>(Direction.class);
    private final String host;
    private final int port;
    private volatile boolean inSingleBytes;

    private Cutter(PGSimpleDataSource server) throws IOException {
        this.host = server.getServerNames()[0];
        this.port = server.getPortNumbers()[0];
        for (Direction direction : Direction.values()) {
            left.put(direction, new AtomicLong(NEVER));
            passed.put(direction, new AtomicLong());
        }
        server.setServerNames(new String[] {InetAddress.getLoopbackAddress().getHostAddress()});
        server.setPortNumbers(new int[] {listener.getLocalPort()});
        threads.execute(this::accept);
    }

    /** Puts one before a data source's server; the data source is made to connect through it. */
    static Cutter before(PGSimpleDataSource server) {
        try {
            return new Cutter(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "cutter");
        thread.setDaemon(true);
        return thread;
    }

    /** Lets so many bytes pass from now on in a direction, and cuts all connections then. */
    void cutAfter(long bytes, Direction direction) {
        left.get(direction).set(bytes);
    }

    void neverCut() {
        left.values().forEach(bytes -> bytes.set(NEVER));
    }

    /** Delivers each byte in a packet of its own. */
    void deliverSingleBytes() {
        inSingleBytes = true;
    }

    long passed(Direction direction) {
        return passed.get(direction).get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                connect(client);
            }
        } catch (IOException e) {
            closeAll();
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server = new Socket(host, port);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        open.add(client);
        open.add(server);
        threads.execute(() -> relay(client, server, Direction.TO_SERVER));
        threads.execute(() -> relay(server, client, Direction.TO_CLIENT));
    }

    private void relay(Socket from, Socket to, Direction direction) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (!deliver(buffer, read, out, direction)) {
                    break;
                }
            }
        } catch (IOException e) {
            // the other direction has closed it
        } finally {
            close(from);
            close(to);
        }
    }

    private boolean deliver(byte[] buffer, int length, OutputStream out, Direction direction) throws IOException {
        AtomicLong allowed = left.get(direction);
        int now = (int) Math.min(length, Math.max(0, allowed.get()));
        write(buffer, now, out);
        passed.get(direction).addAndGet(now);
        return allowed.get() == NEVER || allowed.addAndGet(-now) > 0;
    }

    private void write(byte[] buffer, int length, OutputStream out) throws IOException {
        if (!inSingleBytes) {
            out.write(buffer, 0, length);
            return;
        }
        for (int i = 0; i < length; i++) {
            out.write(buffer, i, 1);
            out.flush();
        }
    }

    private void close(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void closeAll() {
        open.forEach(this::close);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        closeAll();
        threads.shutdownNow();
    }
}
