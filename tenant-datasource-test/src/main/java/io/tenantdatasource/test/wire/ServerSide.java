package io.tenantdatasource.test.wire;

import java.io.IOException;
import java.util.Optional;

/** Passes on what a server says, but for the answers to what was slipped in. Used by one thread. */
final class ServerSide {

    private final MessageWay way;
    private final Link link;
    private final Conversation conversation;

    ServerSide(MessageWay way, Link link, Conversation conversation) {
        this.way = way;
        this.link = link;
        this.conversation = conversation;
    }

    /** To the end of the connection. */
    void pass() throws IOException {
        try (way) {
            for (int type = way.type(); type != MessageWay.END; type = way.type()) {
                pass((char) type);
            }
        }
    }

    private void pass(char type) throws IOException {
        switch (type) {
            case Messages.DATA_ROW -> row();
            case Messages.READY -> ready(way.body());
            case Messages.ERROR -> error(way.body());
            case Messages.AUTHENTICATION -> authentication(way.body());
            case Messages.BACKEND_KEY -> backendKey(way.body());
            default -> passIf(conversation.answers(type), type);
        }
    }

    private void passIf(boolean clientHears, char type) throws IOException {
        if (clientHears) {
            way.pass(type);
        } else {
            way.discard();
        }
    }

    private void row() throws IOException {
        Optional<Awaited> slippedIn = conversation.slippedIn();
        if (slippedIn.isPresent()) {
            slippedIn.get().treatment().answer().accept(Body.of(way.body()).firstColumn());
        } else {
            passIf(!conversation.isLost(), Messages.DATA_ROW);
        }
    }

    private void ready(byte[] message) throws IOException {
        if (conversation.isReady(Body.of(message).octet())) {
            way.send(Messages.READY, message);
        } else {
            link.cut();
        }
    }

    private void error(byte[] message) throws IOException {
        byte[] heard = conversation.fails().orElse(message);
        if (!conversation.isLost()) {
            way.send(Messages.ERROR, heard);
        }
    }

    private void authentication(byte[] message) throws IOException {
        conversation.authenticates(Body.of(message).number());
        way.send(Messages.AUTHENTICATION, message);
    }

    private void backendKey(byte[] message) throws IOException {
        conversation.isWith(Integer.toUnsignedLong(Body.of(message).number()));
        way.send(Messages.BACKEND_KEY, message);
    }
}
