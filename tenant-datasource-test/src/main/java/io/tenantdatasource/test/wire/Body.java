package io.tenantdatasource.test.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The body of a message, to be read from its start, or to be written. pgjdbc speaks UTF-8 only. */
final class Body {

    private final ByteBuffer bytes;

    private Body(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    static Body of(byte[] bytes) {
        return new Body(bytes);
    }

    int octet() {
        return bytes.get();
    }

    int number() {
        return bytes.getInt();
    }

    /** Up to the zero that ends it. */
    String text() {
        int start = bytes.position();
        int end = start;
        while (bytes.get(end) != 0) {
            end++;
        }
        bytes.position(end + 1);
        return new String(bytes.array(), start, end - start, StandardCharsets.UTF_8);
    }

    /** The first column of a row; null is read as empty. */
    String firstColumn() {
        bytes.getShort();
        int length = bytes.getInt();
        return length <= 0 ? "" : new String(bytes.array(), bytes.position(), length, StandardCharsets.UTF_8);
    }

    boolean holds(String text) {
        return new String(bytes.array(), StandardCharsets.UTF_8).contains(text);
    }

    /** Writes a body. */
    static final class Writer {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Writer octet(int octet) {
            bytes.write(octet);
            return this;
        }

        Writer shortNumber(int number) {
            return octet(number >> 8).octet(number);
        }

        Writer number(int number) {
            return shortNumber(number >> 16).shortNumber(number);
        }

        Writer text(String text) {
            bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            return octet(0);
        }

        Writer parameter(String value) {
            byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
            number(encoded.length);
            bytes.writeBytes(encoded);
            return this;
        }

        byte[] toBytes() {
            return bytes.toByteArray();
        }
    }
}
