package io.tenantdatasource.test.wire;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * The way to one side of a connection: what is written arrives after the wire's delay, however much it is, and nothing arrives
 * while the wire is stalled. One thread writes, another one delivers what is on its way.
 */
final class SlowOutput extends OutputStream {

    /** As much as fits on the way; more has to wait, as in a real network. */
    private static final int MOST_PACKETS = 1000;

    private final OutputStream out;
    private final WireState wire;
    private final Deque<Packet> onTheWay = new ArrayDeque<>();
    private boolean delivers;
    private boolean closed;

    /** Some bytes, and when they arrive. */
    private static final class Packet {
        private final byte[] bytes;
        private final long arrival;

        private Packet(byte[] bytes, long arrival) {
            this.bytes = bytes;
            this.arrival = arrival;
        }
    }

    SlowOutput(OutputStream out, WireState wire) {
        this.out = out;
        this.wire = wire;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int start, int length) throws IOException {
        long delay = wire.delayNanos();
        try {
            if (delay == 0 && isFree()) {
                wire.awaitFlow();
                out.write(bytes, start, length);
            } else {
                put(new Packet(Arrays.copyOfRange(bytes, start, start + length), System.nanoTime() + delay));
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private synchronized boolean isFree() {
        return onTheWay.isEmpty() && !delivers;
    }

    private synchronized void put(Packet packet) throws IOException, InterruptedException {
        while (onTheWay.size() >= MOST_PACKETS && !closed) {
            wait();
        }
        if (closed) {
            throw new IOException("The other side is gone");
        }
        onTheWay.add(packet);
        notifyAll();
    }

    /** To the end. */
    void deliver() throws IOException, InterruptedException {
        try {
            for (Packet packet = take(); packet != null; packet = take()) {
                waitUntil(packet.arrival);
                wire.awaitFlow();
                out.write(packet.bytes);
                delivered();
            }
        } finally {
            end();
        }
    }

    /** Returns null when nothing comes any more. */
    private synchronized Packet take() throws InterruptedException {
        while (onTheWay.isEmpty() && !closed) {
            wait();
        }
        delivers = !onTheWay.isEmpty();
        return onTheWay.poll();
    }

    private synchronized void delivered() {
        delivers = false;
        notifyAll();
    }

    /** What is on its way still is lost. */
    private synchronized void end() {
        closed = true;
        onTheWay.clear();
        delivered();
    }

    private static void waitUntil(long time) throws InterruptedException {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** Returns when all has arrived. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        notifyAll();
        try {
            while (!isFree()) {
                wait();
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static IOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("The wire was closed");
    }
}
