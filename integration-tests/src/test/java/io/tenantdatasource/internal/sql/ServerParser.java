package io.tenantdatasource.internal.sql;

import io.tenantdatasource.test.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import javax.net.SocketFactory;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The server's own parser: a whole text goes into one Parse message, which no driver has taken apart, and nothing is run. The
 * driver logs in, and its socket is used after that.
 */
final class ServerParser implements AutoCloseable {

    /** What the server makes of a text. */
    enum Parsed {
        AS_ONE,
        AS_SEVERAL,
        NOT_AT_ALL
    }

    private static final String SYNTAX_ERROR_OR_ACCESS_RULE = "42";
    private static final String SYNTAX_ERROR = "42601";

    private final Connection connection;
    private final DataInputStream in;
    private final DataOutputStream out;

    ServerParser(TestDatabase database, boolean standardStrings) throws SQLException, IOException {
        PGSimpleDataSource server = database.administrator();
        server.setSocketFactory(Sockets.class.getName());
        server.setSslMode("disable");
        server.setOptions("-c standard_conforming_strings=" + (standardStrings ? "on" : "off"));
        this.connection = server.getConnection();
        Socket socket = Sockets.last;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new DataOutputStream(socket.getOutputStream());
    }

    Parsed parse(String sql) throws IOException {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream messages = new DataOutputStream(bytes);
        messages.writeByte('P');
        messages.writeInt(4 + 1 + text.length + 1 + 2);
        messages.writeByte(0); // the statement's name
        messages.write(text);
        messages.writeByte(0);
        messages.writeShort(0); // no types are given
        messages.writeByte('S');
        messages.writeInt(4);
        out.write(bytes.toByteArray());
        out.flush();
        return answer();
    }

    private Parsed answer() throws IOException {
        Parsed parsed = Parsed.AS_ONE;
        while (true) {
            int type = in.readUnsignedByte();
            byte[] message = in.readNBytes(in.readInt() - 4);
            if (type == 'Z') {
                return parsed;
            }
            if (type == 'E') {
                parsed = of(fields(message));
            }
        }
    }

    /** {@code exec_parse_message} counts the statements once all are parsed, and before any is looked up in the catalogue. */
    private static Parsed of(Map<Character, String> error) {
        if (error.get('R').equals("exec_parse_message")) {
            return Parsed.AS_SEVERAL;
        }
        String state = error.get('C');
        boolean isUnderstood = state.startsWith(SYNTAX_ERROR_OR_ACCESS_RULE) && !state.equals(SYNTAX_ERROR);
        return isUnderstood ? Parsed.AS_ONE : Parsed.NOT_AT_ALL;
    }

    private static Map<Character, String> fields(byte[] message) {
        Map<Character, String> fields = new HashMap<>();
        for (String field : new String(message, StandardCharsets.UTF_8).split("\0", -1)) {
            if (!field.isEmpty()) {
                fields.put(field.charAt(0), field.substring(1));
            }
        }
        return fields;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** Remembers the socket. */
    public static final class Sockets extends SocketFactory {

        private static volatile Socket last;

        /** The driver makes one by its class. */
        public Sockets() {}

        @Override
        public Socket createSocket() {
            last = new Socket();
            return last;
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
                throws IOException {
            throw new UnsupportedOperationException();
        }
    }
}
