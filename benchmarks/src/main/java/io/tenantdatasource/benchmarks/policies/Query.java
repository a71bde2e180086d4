package io.tenantdatasource.benchmarks.policies;

import static io.tenantdatasource.benchmarks.policies.Query.Asks.FOR_TOKEN;
import static io.tenantdatasource.benchmarks.policies.Query.Asks.FOR_USER;
import static io.tenantdatasource.benchmarks.policies.Query.Asks.NOTHING;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** What is asked, and by whom: S is a small organization, B the large one. */
enum Query {
    BY_TOKEN_SMALL("by token, S", "by-token.sql", Asker.SMALL, FOR_TOKEN),
    BY_TOKEN_LARGE("by token, B", "by-token.sql", Asker.LARGE, FOR_TOKEN),
    BY_USER_LARGE("one user's, B", "by-user.sql", Asker.LARGE, FOR_USER),
    COUNT_SMALL("count all, S", "count.sql", Asker.SMALL, NOTHING),
    NEWEST_SMALL("newest 20, S", "newest.sql", Asker.SMALL, NOTHING),
    NEWEST_LARGE("newest 20, B", "newest.sql", Asker.LARGE, NOTHING),
    ALL_NOBODY("all, no tenant", "all.sql", Asker.NOBODY, NOTHING);

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

    Asker asker() {
        return asker;
    }

    /** Returns for how many rows a row of the result stands. */
    long rowsOf(ResultSet result) throws SQLException {
        return this == COUNT_SMALL ? result.getLong(1) : 1;
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
