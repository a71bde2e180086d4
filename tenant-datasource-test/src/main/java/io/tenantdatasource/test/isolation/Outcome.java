package io.tenantdatasource.test.isolation;

import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What came of an attempt, and the server's words or ours about it.
 *
 * @param script does it again, if it got through
 */
record Outcome(Kind kind, String detail, Optional<String> script) {

    Outcome(Kind kind, String detail) {
        this(kind, detail, Optional.empty());
    }

    Outcome doneAgainBy(String script) {
        return new Outcome(kind, detail, Optional.of(script));
    }

    enum Kind {
        GOT_THROUGH,
        /** It was done, and nothing has come of it. */
        WITHOUT_EFFECT,
        REFUSED,
        NOT_GRANTED,
        NOT_TRIED,
        DOES_NOT_APPLY
    }

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private static final String CONSTRAINT_CLASS = "23";

    /** The function in PostgreSQL's sources that refuses a right; row-level security refuses with the same SQLState. */
    private static final String RIGHTS_CHECK = "aclcheck_error";

    static final Outcome NOT_GRANTED = new Outcome(Kind.NOT_GRANTED, "not granted");
    static final Outcome DOES_NOT_APPLY = new Outcome(Kind.DOES_NOT_APPLY, "");

    static Outcome throughIf(boolean through, String how, String stopped) {
        return new Outcome(through ? Kind.GOT_THROUGH : Kind.WITHOUT_EFFECT, through ? how : stopped);
    }

    static Outcome notTried(String why) {
        return new Outcome(Kind.NOT_TRIED, why);
    }

    /** By a constraint, a trigger, or whatever else is no policy. */
    static boolean isNoPolicy(SQLException e) {
        return !INSUFFICIENT_PRIVILEGE.equals(e.getSQLState());
    }

    /** By a constraint, as made-up rows may be. */
    static boolean isConstraint(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith(CONSTRAINT_CLASS);
    }

    static Outcome refused(SQLException e) {
        String message = e.getMessage().lines().findFirst().orElse("");
        return lacksRight(e) ? new Outcome(Kind.NOT_GRANTED, message) : new Outcome(Kind.REFUSED, message);
    }

    private static boolean lacksRight(SQLException e) {
        return INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())
                && e instanceof PSQLException fromServer
                && Optional.ofNullable(fromServer.getServerErrorMessage())
                        .map(ServerErrorMessage::getRoutine)
                        .filter(RIGHTS_CHECK::equals)
                        .isPresent();
    }

    boolean gotThrough() {
        return kind == Kind.GOT_THROUGH;
    }
}
