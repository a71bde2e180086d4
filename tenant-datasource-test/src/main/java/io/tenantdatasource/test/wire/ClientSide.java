package io.tenantdatasource.test.wire;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Passes on what a client says, and treats its statements. Used by one thread. */
final class ClientSide {

    private static final String SLIPPED_IN = "tenant_datasource_test_";

    /** A recorder may stand before another one, on the same connection to the server. */
    private static final AtomicLong NAMES = new AtomicLong();

    private static final Body NOTHING = Body.of(new byte[0]);

    private final MessageWay way;
    private final Link link;
    private final Conversation conversation;
    private final Treatment.Choice treatments;
    private final LongSupplier nextRoundTrip;

    /** The texts of prepared statements, and what was bound, by the names that the client gave. */
    private final Map<String, String> statements = new HashMap<>();

    private final Map<String, Portal> portals = new HashMap<>();
    private long roundTrip;

    /** A statement with its parameters; run once, perhaps in several parts. */
    private static final class Portal {
        private final String sql;
        private Body bind;
        private Treatment treatment;

        private Portal(String sql, Body bind) {
            this.sql = sql;
            this.bind = bind;
        }
    }

    ClientSide(
            MessageWay way,
            Link link,
            Conversation conversation,
            Treatment.Choice treatments,
            LongSupplier nextRoundTrip) {
        this.way = way;
        this.link = link;
        this.conversation = conversation;
        this.treatments = treatments;
        this.nextRoundTrip = nextRoundTrip;
    }

    /** To the end of the connection. */
    void pass() throws IOException {
        try (way) {
            start();
            for (int type = way.type(); type != MessageWay.END; type = way.type()) {
                speaks((char) type);
                pass((char) type);
            }
        }
    }

    /** A request to encrypt is answered with no, as by a server that cannot; the client asks again, or goes on without. */
    private void start() throws IOException {
        int length = way.number();
        int request = way.number();
        while (request == Messages.ENCRYPT_BY_TLS || request == Messages.ENCRYPT_BY_GSSAPI) {
            link.toClient().write('N');
            length = way.number();
            request = way.number();
        }
        speaks(Messages.STARTUP);
        if (request != Messages.CANCEL) {
            conversation.await(Awaited.of(Messages.STARTUP));
        }
        way.sendUntyped(request, way.bytes(length - 2 * Integer.BYTES));
    }

    private void speaks(char type) {
        if (conversation.speaks(type)) {
            roundTrip = nextRoundTrip.getAsLong();
        }
    }

    private void pass(char type) throws IOException {
        switch (type) {
            case Messages.PARSE -> parse(way.body());
            case Messages.BIND -> bind(way.body());
            case Messages.EXECUTE -> execute(way.body());
            case Messages.CLOSE -> close(way.body());
            case Messages.QUERY -> query(way.body());
            case Messages.DESCRIBE, Messages.SYNC, Messages.FUNCTION_CALL -> {
                conversation.await(Awaited.of(type));
                way.pass(type);
            }
            default -> way.pass(type);
        }
    }

    private void parse(byte[] message) throws IOException {
        Body body = Body.of(message);
        statements.put(body.text(), body.text());
        send(Awaited.of(Messages.PARSE), message);
    }

    private void bind(byte[] message) throws IOException {
        Body body = Body.of(message);
        String portal = body.text();
        portals.put(portal, new Portal(statements.getOrDefault(body.text(), ""), body));
        send(Awaited.of(Messages.BIND), message);
    }

    private void close(byte[] message) throws IOException {
        Body body = Body.of(message);
        Map<String, ?> closed = body.octet() == Messages.STATEMENT ? statements : portals;
        closed.remove(body.text());
        send(Awaited.of(Messages.CLOSE), message);
    }

    /** A cursor that was opened by SQL text has no portal here. */
    private void execute(byte[] message) throws IOException {
        Portal portal = portals.get(Body.of(message).text());
        if (portal == null) {
            send(Awaited.of(Messages.EXECUTE), message);
            return;
        }
        if (portal.treatment == null) {
            portal.treatment = treatments.of(sent(portal.sql, portal.bind, conversation.canSlipIn()));
            portal.bind = NOTHING; // it may be large, and is not looked at again
            beforeFirstPart(portal.treatment);
        }
        send(new Awaited(Messages.EXECUTE, false, portal.treatment), message);
    }

    private SentStatement sent(String sql, Body bind, boolean canBeAsked) {
        return new SentStatement(sql, bind, conversation.process(), roundTrip, canBeAsked);
    }

    private void beforeFirstPart(Treatment treatment) throws IOException {
        switch (treatment.action()) {
            case ASK -> ask(treatment);
            case FAIL ->
                send(new Awaited(Messages.PARSE, true, treatment), Messages.parseNonsense(SLIPPED_IN + "fault"));
            case CUT_BEFORE -> cut();
            case PASS, CUT_AFTER -> {}
        }
    }

    /** Under a name of its own each time, and closed at once: it leaves nothing behind, and meets nothing. */
    private void ask(Treatment treatment) throws IOException {
        String name = SLIPPED_IN + NAMES.incrementAndGet();
        slipIn(Messages.PARSE, treatment, Messages.parseQuestion(name));
        slipIn(Messages.BIND, treatment, Messages.bindQuestion(name, treatment.argument()));
        slipIn(Messages.EXECUTE, treatment, Messages.execute(name));
        slipIn(Messages.CLOSE, treatment, Messages.close(Messages.PORTAL, name));
        slipIn(Messages.CLOSE, treatment, Messages.close(Messages.STATEMENT, name));
    }

    private void slipIn(char type, Treatment treatment, byte[] message) throws IOException {
        send(new Awaited(type, true, treatment), message);
    }

    private void query(byte[] message) throws IOException {
        Treatment treatment = treatments.of(sent(Body.of(message).text(), NOTHING, false));
        if (treatment.action() == Treatment.Action.CUT_BEFORE) {
            cut();
        }
        boolean fails = treatment.action() == Treatment.Action.FAIL;
        send(
                new Awaited(Messages.QUERY, false, treatment),
                fails ? Messages.queryNonsense(SLIPPED_IN + "fault") : message);
    }

    private void send(Awaited awaited, byte[] message) throws IOException {
        conversation.await(awaited);
        way.send(awaited.type(), message);
    }

    /** What is in the buffer is never sent. */
    private void cut() throws IOException {
        link.cut();
        throw new IOException("The connection was cut, as the test has asked");
    }
}
