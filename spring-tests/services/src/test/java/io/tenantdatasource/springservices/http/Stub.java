package io.tenantdatasource.springservices.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that remembers the headers of what it was sent, by the host that was asked, and redirects to its query. */
final class Stub implements AutoCloseable {

    private final HttpServer server;
    private final List<Headers> received = new CopyOnWriteArrayList<>();

    Stub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String at(String host) {
        return "http://" + host + ":" + server.getAddress().getPort() + "/";
    }

    List<Headers> received() {
        return received;
    }

    private void answer(HttpExchange exchange) throws IOException {
        received.add(exchange.getRequestHeaders());
        String to = exchange.getRequestURI().getRawQuery();
        if (to == null) {
            exchange.getResponseHeaders().add("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes(StandardCharsets.UTF_8));
        } else {
            exchange.getResponseHeaders().add("Location", URLDecoder.decode(to, StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(302, -1);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
