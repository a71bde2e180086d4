package io.tenantdatasource.benchmarks.policies;

import static io.tenantdatasource.benchmarks.policies.Query.Asks.FOR_TOKEN;
import static io.tenantdatasource.benchmarks.policies.Query.Asks.FOR_USER;
import static io.tenantdatasource.benchmarks.policies.Query.Asks.NOTHING;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What is asked, and by whom: S is a small organization, B the large one. */
enum Query {
    BY_TOKEN_SMALL("by token, S", "by-token.sql", Asker.SMALL, FOR_TOKEN),
    BY_TOKEN_LARGE("by token, B", "by-token.sql", Asker.LARGE, FOR_TOKEN),
    BY_USER_SMALL("one user's, S", "by-user.sql", Asker.SMALL, FOR_USER),
    BY_USER_LARGE("one user's, B", "by-user.sql", Asker.LARGE, FOR_USER),
    COUNT_JOINED_SMALL("count, joined, S", "count.sql", Asker.SMALL, NOTHING),
    NEWEST_JOINED_SMALL("newest 20, joined, S", "newest.sql", Asker.SMALL, NOTHING),
    NEWEST_JOINED_LARGE("newest 20, joined, B", "newest.sql", Asker.LARGE, NOTHING),
    COUNT_SMALL("count all, S", "count.sql", Asker.SMALL, NOTHING),
    NEWEST_SMALL("newest 20, S", "newest.sql", Asker.SMALL, NOTHING),
    NEWEST_LARGE("newest 20, B", "newest.sql", Asker.LARGE, NOTHING),
    ALL_NOBODY("all, no tenant", "all.sql", Asker.NOBODY, NOTHING);

    private static final Set<Query> JOINED = EnumSet.of(COUNT_JOINED_SMALL, NEWEST_JOINED_SMALL, NEWEST_JOINED_LARGE);
    private static final Set<Query> COUNTS = EnumSet.of(COUNT_JOINED_SMALL, COUNT_SMALL);

    /** Whom the connection is bound to. */
    enum Asker {
        SMALL,
        LARGE,
        NOBODY
    }

    /** What the query's first parameter is, if it has one. */
    enum Asks {
        FOR_TOKEN,
        FOR_USER,
        NOTHING
    }

    private final String label;
    private final String file;
    private final Asker asker;
    private final Asks asks;

    Query(String label, String file, Asker asker, Asks asks) {
        this.label = label;
        this.file = file;
        this.asker = asker;
        this.asks = asks;
    }

    String label() {
        return label;
    }

    String file() {
        return file;
    }

    /** Whether it joins the users and names their organization, as it has to without row security, also where there is some. */
    boolean namesTheOrganization(Protection protection) {
        return protection == Protection.PLAIN || JOINED.contains(this);
    }

    Asker asker() {
        return asker;
    }

    /** Returns for how many rows a row of the result stands. */
    long rowsOf(ResultSet result) throws SQLException {
        return COUNTS.contains(this) ? result.getLong(1) : 1;
    }

    /** Returns what to look for, if for anything. */
    Optional<String> parameter(Sample sample) {
        return switch (asks) {
            case FOR_TOKEN -> Optional.of(sample.token());
            case FOR_USER -> Optional.of(sample.user());
            case NOTHING -> Optional.empty();
        };
    }
}
