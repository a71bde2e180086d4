package io.tenantdatasource.it.program;

import io.tenantdatasource.it.Transcript;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** Runs programs, and writes down what could be seen of each step. */
final class Player {

    private final World world;
    private final PGSimpleDataSource server;
    private final Surroundings surroundings;
    private final List<Entry> entries = new ArrayList<>();

    Player(World world, PGSimpleDataSource server, Surroundings surroundings) {
        this.world = world;
        this.server = server;
        this.surroundings = surroundings;
    }

    /** Runs all steps, or those up to the one after which no connection is left to go on with. */
    List<Entry> play(Program program, Place place) throws SQLException {
        Transcript seen = new Transcript();
        Hand hand = new Hand(place, seen, () -> world.terminate(server));
        hand.checkOut(program.first());
        for (Step step : program.steps()) {
            if (hand.connection() == null) {
                break;
            }
            play(step, hand);
        }
        if (hand.connection() != null) {
            play(new LastReturn(), hand);
        }
        return entries;
    }

    private void play(Step step, Hand hand) throws SQLException {
        int before = hand.seen().lines().size();
        Worker worker = hand.worker();
        hand.seen().act(step.getClass().getSimpleName(), () -> step.go(hand));
        List<String> lines = hand.seen().lines();
        entries.add(new Entry(
                step, worker, hand.hasSetRole() ? "" : role(), lines.subList(before, lines.size()), state(hand)));
    }

    private String role() {
        return surroundings.assumesRole() ? World.ASSUMED_ROLE : server.getUser();
    }

    /** A session that has been closed is there for some time; and a pooler's sessions are not the driver's. */
    private String state(Hand hand) throws SQLException {
        if (hand.connection() == null || hand.connection().isClosed()) {
            return Entry.CLOSED;
        }
        return surroundings.pooler() ? "" : world.stateOf(server);
    }

    /** The end of every program. */
    record LastReturn() implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            hand.giveBack();
        }
    }
}
