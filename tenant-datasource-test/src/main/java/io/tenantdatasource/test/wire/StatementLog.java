package io.tenantdatasource.test.wire;

import io.tenantdatasource.test.wire.RecordedStatement.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was sent so far. Filled by the threads of all connections, and read while they go on. */
final class StatementLog {

    private final List<Entry> entries = new ArrayList<>();
    private long roundTrips;

    /** A place in the log. */
    record Mark(int entries, long roundTrips) {
        static final Mark START = new Mark(0, 0);
    }

    /** A statement whose answer comes later, by another thread. */
    final class Entry {

        private final String sql;
        private final long process;
        private final long roundTrip;
        private final boolean ofBinding;
        private Optional<String> organization = Optional.empty();
        private Outcome outcome = Outcome.UNANSWERED;

        private Entry(SentStatement statement, boolean ofBinding) {
            this.sql = statement.sql(); // not the parameters, which may be large
            this.process = statement.process();
            this.roundTrip = statement.roundTrip();
            this.ofBinding = ofBinding;
        }

        void isFor(String organizationId) {
            synchronized (StatementLog.this) {
                organization = Optional.of(organizationId);
            }
        }

        /** Of several parts, the first decides, unless another one fails. */
        void ended(Outcome next) {
            synchronized (StatementLog.this) {
                outcome = outcome == Outcome.UNANSWERED || next == Outcome.FAILED ? next : outcome;
            }
        }

        private RecordedStatement since(Mark mark) {
            return new RecordedStatement(
                    sql, organization, process, Math.toIntExact(roundTrip - mark.roundTrips()), outcome, ofBinding);
        }
    }

    synchronized long nextRoundTrip() {
        return ++roundTrips;
    }

    synchronized Entry add(SentStatement statement, boolean ofBinding) {
        Entry entry = new Entry(statement, ofBinding);
        entries.add(entry);
        return entry;
    }

    synchronized Mark mark() {
        return new Mark(entries.size(), roundTrips);
    }

    synchronized Recording since(Mark mark) {
        return new Recording(
                Math.toIntExact(roundTrips - mark.roundTrips()),
                entries.subList(mark.entries(), entries.size()).stream()
                        .map(entry -> entry.since(mark))
                        .toList());
    }
}
