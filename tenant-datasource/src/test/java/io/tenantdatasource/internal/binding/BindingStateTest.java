package io.tenantdatasource.internal.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.internal.binding.BindingState.Knows;
import io.tenantdatasource.internal.sql.Effect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The state against a model of the server: after every sequence of events, whoever is said to know the tenant does. The model
 * keeps what PostgreSQL keeps of one setting: a value for the session, and one for each level of a transaction.
 */
class BindingStateTest {

    private static final int DEPTH = 6;

    private static final String MINE = "mine";
    private static final String NOBODY = "";

    /** One setting in one session. The levels are the block and its savepoints; each is what a rollback to it brings back. */
    private static final class Server {

        private String session = NOBODY;
        private final List<String> sessionBefore = new ArrayList<>();
        private final List<String> local = new ArrayList<>();
        private final List<String> localBefore = new ArrayList<>();

        boolean inBlock() {
            return !sessionBefore.isEmpty();
        }

        String value() {
            return inBlock() && local.get(0) != null ? local.get(0) : session;
        }

        void begin() {
            sessionBefore.add(session);
            localBefore.add(null);
            local.add(null);
        }

        void savepoint() {
            sessionBefore.add(session);
            localBefore.add(local.get(0));
        }

        int savepoints() {
            return sessionBefore.size() - 1;
        }

        /** What was set after the savepoint is undone, and the savepoint stays. */
        void rollBackTo(int index) {
            session = sessionBefore.get(index + 1);
            local.set(0, localBefore.get(index + 1));
            keep(index + 2);
        }

        void release(int index) {
            keep(index + 1);
        }

        private void keep(int levels) {
            while (sessionBefore.size() > levels) {
                sessionBefore.remove(sessionBefore.size() - 1);
                localBefore.remove(localBefore.size() - 1);
            }
        }

        void end(boolean commits) {
            if (!commits) {
                session = sessionBefore.get(0);
            }
            sessionBefore.clear();
            localBefore.clear();
            local.clear();
        }

        void setSession(String value) {
            session = value;
            if (inBlock()) {
                local.set(0, null);
            }
        }

        void setLocal(String value) {
            local.set(0, value);
        }
    }

    /** What can happen on a connection, to the server and to the state. */
    private enum Event {
        ROWS {
            @Override
            BindingState happen(Server server, BindingState state) {
                return state.ran(Effect.ROWS);
            }
        },
        FUNCTION_TAKES_IT_AWAY {
            @Override
            BindingState happen(Server server, BindingState state) {
                server.setSession("theirs");
                return state.ran(Effect.CALLS);
            }
        },
        TRIGGER_TAKES_IT_AWAY {
            @Override
            BindingState happen(Server server, BindingState state) {
                server.setSession("theirs");
                return state.ran(Effect.ROWS).changedRows();
            }
        },
        SECOND_OF_TWO_STATEMENTS_FAILS {
            @Override
            BindingState happen(Server server, BindingState state) {
                server.setSession("theirs");
                return state.ran(Effect.CALLS);
            }
        },
        TEXT_SETS_ANOTHER {
            @Override
            BindingState happen(Server server, BindingState state) {
                server.setSession("theirs");
                return state.ran(Effect.UNKNOWN);
            }
        },
        TEXT_FAILS_HALF_WAY {
            @Override
            BindingState happen(Server server, BindingState state) {
                server.setSession("theirs");
                return state.ran(Effect.UNKNOWN);
            }
        },
        BEGIN {
            @Override
            boolean isPossible(Server server) {
                return !server.inBlock();
            }

            @Override
            BindingState happen(Server server, BindingState state) {
                server.begin();
                return state.ran(Effect.BOUNDARY);
            }
        },
        COMMIT {
            @Override
            boolean isPossible(Server server) {
                return server.inBlock();
            }

            @Override
            BindingState happen(Server server, BindingState state) {
                server.end(true);
                return state.blockEnded();
            }
        },
        ROLLBACK {
            @Override
            boolean isPossible(Server server) {
                return server.inBlock();
            }

            @Override
            BindingState happen(Server server, BindingState state) {
                server.end(false);
                return state.blockEnded();
            }
        },
        ROLLBACK_BY_TEXT_AND_CHAIN {
            @Override
            boolean isPossible(Server server) {
                return server.inBlock();
            }

            @Override
            BindingState happen(Server server, BindingState state) {
                server.end(false);
                server.begin();
                return state.ran(Effect.BOUNDARY);
            }
        },
        SAVEPOINT {
            @Override
            boolean isPossible(Server server) {
                return server.inBlock();
            }

            @Override
            BindingState happen(Server server, BindingState state) {
                server.savepoint();
                return state.savepointSet();
            }
        },
        ROLLBACK_TO_FIRST {
            @Override
            boolean isPossible(Server server) {
                return server.inBlock() && server.savepoints() > 0;
            }

            @Override
            BindingState happen(Server server, BindingState state) {
                server.rollBackTo(0);
                return state.rolledBackTo(0);
            }
        },
        ROLLBACK_TO_LAST {
            @Override
            boolean isPossible(Server server) {
                return server.inBlock() && server.savepoints() > 1;
            }

            @Override
            BindingState happen(Server server, BindingState state) {
                int last = server.savepoints() - 1;
                server.rollBackTo(last);
                return state.rolledBackTo(last);
            }
        },
        RELEASE_FIRST {
            @Override
            boolean isPossible(Server server) {
                return server.inBlock() && server.savepoints() > 0;
            }

            @Override
            BindingState happen(Server server, BindingState state) {
                server.release(0);
                return state.released(0);
            }
        },
        /** What any statement does that has to know: it is told in the block, if there is one. */
        TOLD {
            @Override
            BindingState happen(Server server, BindingState state) {
                if (!state.mustTell()) {
                    return state;
                }
                if (server.inBlock()) {
                    server.setLocal(MINE);
                    return state.toldBlock();
                }
                server.setSession(MINE);
                return state.toldSession();
            }
        },
        TOLD_FOR_THE_SESSION {
            @Override
            BindingState happen(Server server, BindingState state) {
                server.setSession(MINE);
                return server.inBlock() ? state.toldSessionWithinBlock() : state.toldSession();
            }
        };

        boolean isPossible(Server server) {
            return true;
        }

        abstract BindingState happen(Server server, BindingState state);
    }

    /** The savepoints of the server and of the state are the same as long as only JDBC has set them, as here. */
    @Test
    void whoIsSaidToKnowDoesAfterEverySequenceOfEvents() {
        int[] sequences = {0};
        run(new ArrayList<>(), sequences);
        assertThat(sequences[0]).isGreaterThan(1_000);
    }

    private void run(List<Event> events, int[] sequences) {
        Server server = new Server();
        BindingState state = BindingState.atCheckout(Lease.OWN);
        for (Event event : events) {
            state = event.happen(server, state);
        }
        sequences[0]++;
        if (state.knows() != Knows.NOBODY && !server.value().equals(MINE)) {
            throw new AssertionError(events + " lead to " + state + ", but the server has " + server.value());
        }
        if (!server.inBlock() && state.knows() == Knows.BLOCK) {
            throw new AssertionError(events + " lead to " + state + ", but there is no block");
        }
        if (events.size() == DEPTH) {
            return;
        }
        for (Event event : Event.values()) {
            if (event.isPossible(server)) {
                events.add(event);
                run(events, sequences);
                events.remove(events.size() - 1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Lease.class)
    void atCheckoutNobodyKnows(Lease lease) {
        BindingState state = BindingState.atCheckout(lease);
        assertThat(state.mustTell()).isTrue();
        assertThat(state.trace()).isEqualTo(Trace.NONE);
    }

    @Test
    void aPoolersSessionNeverKnows() {
        BindingState pooled = BindingState.atCheckout(Lease.POOLED);
        assertThatThrownBy(pooled::toldSession).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyABlockHasALevel() {
        assertThatThrownBy(() -> new BindingState(Knows.NOBODY, 1, 1, Trace.NONE, Lease.OWN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BindingState(Knows.BLOCK, 2, 1, Trace.NONE, Lease.OWN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BindingState(Knows.SESSION, 0, 0, Trace.NONE, Lease.OWN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Whoever has it can undo what was told between any two statements. */
    @Test
    void everyStatementIsToldOnceTheDriversConnectionWasUnwrapped() {
        BindingState state = BindingState.atCheckout(Lease.OWN).toldSession().unwrapped();
        assertThat(state.mustTell()).isTrue();
        assertThat(state.toldSession().mustTell()).isTrue();
        assertThat(state.toldBlock().ran(Effect.ROWS).mustTell()).isTrue();
    }

    @Test
    void theTraceOnlyRises() {
        List<BindingState> states = List.of(
                BindingState.atCheckout(Lease.OWN),
                BindingState.atCheckout(Lease.OWN).toldSession(),
                BindingState.atCheckout(Lease.OWN).ran(Effect.CALLS),
                BindingState.atCheckout(Lease.OWN).ran(Effect.UNKNOWN),
                BindingState.atCheckout(Lease.OWN).unwrapped());
        assertThat(states.stream().map(BindingState::trace)).containsExactly(Trace.values());
        assertThat(states)
                .allSatisfy(state -> assertThat(Stream.of(
                                state.toldBlock(),
                                state.ran(Effect.ROWS),
                                state.ran(Effect.CALLS),
                                state.blockEnded(),
                                state.toldSession()))
                        .allSatisfy(next ->
                                assertThat(next.trace().includes(state.trace())).isTrue()));
    }

    /** The table of {@code docs/binding.md}. */
    @Test
    void theDocumentedTableIsTheOneThatHolds() {
        if (System.getProperty("binding-table.update") != null) {
            BindingStateTable.update();
        }
        assertThat(BindingStateTable.documented()).isEqualTo(BindingStateTable.ofTheCode());
        assertThat(Arrays.asList(BindingStateTable.ofTheCode().split("\n"))).hasSizeGreaterThan(10);
    }
}
