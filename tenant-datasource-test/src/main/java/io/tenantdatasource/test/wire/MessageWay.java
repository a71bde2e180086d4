package io.tenantdatasource.test.wire;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * One direction of a connection, message by message: each is a type, a length that counts itself, and a body. What arrived
 * together goes on together, in one piece if nothing was added.
 */
final class MessageWay implements AutoCloseable {

    static final int END = -1;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final DataInputStream in;
    private final DataOutputStream out;
    private final byte[] copying = new byte[BUFFER_BYTES];

    MessageWay(InputStream from, OutputStream to) {
        this.out = new DataOutputStream(new BufferedOutputStream(to, BUFFER_BYTES));
        this.in = new DataInputStream(new BufferedInputStream(new SendsBeforeItWaits(from), BUFFER_BYTES));
    }

    /** Nobody has to say when to send: whatever was written is on its way before anything is waited for. */
    private final class SendsBeforeItWaits extends FilterInputStream {

        private SendsBeforeItWaits(InputStream from) {
            super(from);
        }

        @Override
        public int read() throws IOException {
            out.flush();
            return super.read();
        }

        @Override
        public int read(byte[] bytes, int start, int length) throws IOException {
            out.flush();
            return super.read(bytes, start, length);
        }
    }

    /** The type of the next message, or {@link #END}. */
    int type() throws IOException {
        return in.read();
    }

    int number() throws IOException {
        return in.readInt();
    }

    /** The body of a message whose type was read. */
    byte[] body() throws IOException {
        return bytes(bodyLength());
    }

    private int bodyLength() throws IOException {
        return in.readInt() - Integer.BYTES;
    }

    byte[] bytes(int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    /** Passes on a message whose type was read, however long, without having all of it at a time. */
    void pass(int type) throws IOException {
        int left = bodyLength();
        head(type, left);
        while (left > 0) {
            int n = in.read(copying, 0, Math.min(left, copying.length));
            if (n < 0) {
                throw new EOFException("in the middle of a message");
            }
            out.write(copying, 0, n);
            left -= n;
        }
    }

    void discard() throws IOException {
        in.skipNBytes(bodyLength());
    }

    void send(int type, byte[] body) throws IOException {
        head(type, body.length);
        out.write(body);
    }

    private void head(int type, int bodyLength) throws IOException {
        out.writeByte(type);
        out.writeInt(bodyLength + Integer.BYTES);
    }

    /** The first message of a connection has no type. */
    void sendUntyped(int number, byte[] rest) throws IOException {
        out.writeInt(2 * Integer.BYTES + rest.length);
        out.writeInt(number);
        out.write(rest);
    }

    /** Returns when all that was written is with the other side. */
    @Override
    public void close() throws IOException {
        out.close();
    }
}
