package io.tenantdatasource.internal.jdbc;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.FilterReader;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;

/**
 * Stand before the streams of a large object, which read and write on the server: on the connection's own while it is open,
 * and on that of the next tenant after that.
 */
final class GuardedStreams {

    private GuardedStreams() {}

    /** Returns {@code value} if it is no stream, and else what stands before it. */
    static Object guard(Object value, GuardedConnection connection) {
        if (value instanceof InputStream stream) {
            return new Input(stream, connection);
        }
        if (value instanceof OutputStream stream) {
            return new Output(stream, connection);
        }
        if (value instanceof Reader reader) {
            return new Characters(reader, connection);
        }
        return value instanceof Writer writer ? new Writing(writer, connection) : value;
    }

    @FunctionalInterface
    private interface StreamCall {
        int make() throws IOException;
    }

    private static int call(GuardedConnection connection, String method, StreamCall call) throws IOException {
        try {
            return (Integer) connection.run(method, call::make);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static final class Input extends FilterInputStream {

        private final GuardedConnection connection;

        Input(InputStream stream, GuardedConnection connection) {
            super(stream);
            this.connection = connection;
        }

        @Override
        public int read() throws IOException {
            return call(connection, "read", () -> in.read());
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return call(connection, "read", () -> in.read(buffer, offset, length));
        }

        @Override
        public long skip(long count) throws IOException {
            return call(connection, "skip", () -> (int) in.skip(Math.min(count, Integer.MAX_VALUE)));
        }

        @Override
        public int available() throws IOException {
            return call(connection, "available", () -> in.available());
        }

        @Override
        public void close() throws IOException {
            closeIfOpen(connection, in::close);
        }
    }

    private static final class Output extends FilterOutputStream {

        private final GuardedConnection connection;

        Output(OutputStream stream, GuardedConnection connection) {
            super(stream);
            this.connection = connection;
        }

        @Override
        public void write(int value) throws IOException {
            call(connection, "write", () -> {
                out.write(value);
                return 0;
            });
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            call(connection, "write", () -> {
                out.write(buffer, offset, length);
                return 0;
            });
        }

        @Override
        public void flush() throws IOException {
            call(connection, "flush", () -> {
                out.flush();
                return 0;
            });
        }

        @Override
        public void close() throws IOException {
            closeIfOpen(connection, out::close);
        }
    }

    private static final class Characters extends FilterReader {

        private final GuardedConnection connection;

        Characters(Reader reader, GuardedConnection connection) {
            super(reader);
            this.connection = connection;
        }

        @Override
        public int read() throws IOException {
            return call(connection, "read", () -> in.read());
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            return call(connection, "read", () -> in.read(buffer, offset, length));
        }

        @Override
        public long skip(long count) throws IOException {
            return call(connection, "skip", () -> (int) in.skip(Math.min(count, Integer.MAX_VALUE)));
        }

        @Override
        public void close() throws IOException {
            closeIfOpen(connection, in::close);
        }
    }

    private static final class Writing extends FilterWriter {

        private final GuardedConnection connection;

        Writing(Writer writer, GuardedConnection connection) {
            super(writer);
            this.connection = connection;
        }

        @Override
        public void write(int value) throws IOException {
            call(connection, "write", () -> {
                out.write(value);
                return 0;
            });
        }

        @Override
        public void write(char[] buffer, int offset, int length) throws IOException {
            call(connection, "write", () -> {
                out.write(buffer, offset, length);
                return 0;
            });
        }

        @Override
        public void write(String text, int offset, int length) throws IOException {
            call(connection, "write", () -> {
                out.write(text, offset, length);
                return 0;
            });
        }

        @Override
        public void flush() throws IOException {
            call(connection, "flush", () -> {
                out.flush();
                return 0;
            });
        }

        @Override
        public void close() throws IOException {
            closeIfOpen(connection, out::close);
        }
    }

    @FunctionalInterface
    private interface Close {
        void run() throws IOException;
    }

    /** The server has closed what was open with the transaction. */
    private static void closeIfOpen(GuardedConnection connection, Close close) throws IOException {
        if (!connection.isClosed()) {
            call(connection, "close", () -> {
                close.run();
                return 0;
            });
        }
    }
}
