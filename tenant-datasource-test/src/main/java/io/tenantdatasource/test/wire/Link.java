package io.tenantdatasource.test.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** A connection through a {@link Relay}, from the client's socket to the server's. */
final class Link {

    private final Socket client;
    private final Socket server;

    Link(Socket client, Socket server) throws IOException {
        this.client = client;
        this.server = server;
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
    }

    InputStream fromClient() throws IOException {
        return client.getInputStream();
    }

    OutputStream toClient() throws IOException {
        return client.getOutputStream();
    }

    InputStream fromServer() throws IOException {
        return server.getInputStream();
    }

    OutputStream toServer() throws IOException {
        return server.getOutputStream();
    }

    boolean isOpen() {
        return !client.isClosed() && !server.isClosed();
    }

    /** In the way that a connection ends whose other side has closed it. */
    void end() {
        close(client);
        close(server);
    }

    /** In the way that a connection ends whose other side is gone: what is on its way is lost. */
    void cut() {
        lingerNoMore(client);
        lingerNoMore(server);
        end();
    }

    private static void lingerNoMore(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            close(socket); // it was closed already, or is now
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("A socket on the loopback address could not be closed", e);
        }
    }
}
