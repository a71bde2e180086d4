package io.tenantdatasource.internal.sql;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is certain about a text that is to be sent to the server.
 *
 * <p>No safety rests on what is read here: a text that is taken for {@link Effect#ROWS} runs where the server has been
 * told, and as many results as statements have to come back; {@code docs/decisions/0016-verified-binding.md}.
 *
 * @param sql the text
 * @param effect what running it can do
 * @param statements how many statements there are, if the effect {@linkplain Effect#isAboutRows() is about rows}
 * @param staysInBlock whether running it cannot end the transaction block that it runs in
 * @param mayRollBack whether running it may roll back that block
 * @param writes whether it is one INSERT, UPDATE, DELETE or MERGE without RETURNING
 * @param changesRows whether triggers may run
 * @param splitsAsRead whether a driver takes it apart into as many statements
 * @param goesOnAfterTaking whether a statement that takes away the tenant is followed by one that asks for it
 * @param block what is left of the transaction block
 */
public record SqlText(
        String sql,
        Effect effect,
        int statements,
        boolean staysInBlock,
        boolean mayRollBack,
        boolean writes,
        boolean changesRows,
        boolean splitsAsRead,
        boolean goesOnAfterTaking,
        Block block) {

    /** What a driver sends for an updatable row, a look at the catalogue, a large object. */
    public static final SqlText OF_THE_DRIVER =
            new SqlText("", Effect.ROWS, 1, true, false, false, true, false, false, Block.AS_IT_WAS);

    /** What is sent by a method that nobody knew. */
    public static final SqlText OF_NOBODY_KNOWS_WHAT = unknown("");

    private static final int MOST_KNOWN = 2_000;
    private static final int LONGEST_KNOWN = 4_000;

    /** By the names that users have functions by, and by text. */
    private static final Map<Set<String>, Map<String, SqlText>> KNOWN = new ConcurrentHashMap<>();

    /**
     * Reads a text, or remembers it, in a database as a new one is.
     *
     * @param sql the text
     * @return what is certain about it
     */
    public static SqlText of(String sql) {
        return of(sql, SqlDialect.DEFAULT);
    }

    /**
     * Reads a text, or remembers it.
     *
     * @param sql the text
     * @param dialect what the text does not show
     * @return what is certain about it
     */
    public static SqlText of(String sql, SqlDialect dialect) {
        if (sql.length() > LONGEST_KNOWN || dialect.backslash() != Backslash.CHARACTER) {
            return new SqlReader(sql, dialect).read();
        }
        Map<String, SqlText> known = KNOWN.computeIfAbsent(dialect.namesakes(), names -> new ConcurrentHashMap<>());
        SqlText text = known.get(sql);
        if (text == null) {
            text = new SqlReader(sql, dialect).read();
            if (known.size() >= MOST_KNOWN) {
                known.clear();
            }
            known.put(sql, text);
        }
        return text;
    }

    /**
     * Reads a text that may be none, which drivers refuse.
     *
     * @param sql the text, or null
     * @param dialect what the text does not show
     * @return what is certain about it
     */
    public static SqlText ofNullable(String sql, SqlDialect dialect) {
        return sql == null ? OF_NOBODY_KNOWS_WHAT : of(sql, dialect);
    }

    /**
     * Of a text that nobody has read.
     *
     * @param sql the text
     * @return that nothing is certain, but that without a semicolon there is one statement
     */
    static SqlText unknown(String sql) {
        int statements = sql.isEmpty() || sql.indexOf(';') >= 0 ? 0 : 1;
        return new SqlText(sql, Effect.UNKNOWN, statements, false, true, false, true, false, false, Block.MAYBE_OPEN);
    }

    /**
     * As which it can be run where a driver has read it before.
     *
     * @param before what was certain then
     * @return this text, or one of which nothing is certain if it is read in another way now
     */
    public SqlText ifReadAs(SqlText before) {
        return equals(before) ? this : unknown(sql);
    }

    /** Whether the server may find several statements in it, of which nobody knows what they are. */
    public boolean mayBeSeveralUnread() {
        return effect == Effect.UNKNOWN && statements == 0 && !sql.isEmpty();
    }

    /** Whether it may end its transaction by committing, which runs what was deferred to then. */
    public boolean commits() {
        boolean onlyRollsBack = mayRollBack && statements == 1;
        return effect == Effect.BOUNDARY && !staysInBlock && !onlyRollsBack;
    }

    /** Whether a statement of it may be run after another has undone what was told to the block. */
    public boolean mayRollBackAndGoOn() {
        return effect == Effect.UNKNOWN && mayRollBack && statements > 1;
    }

    /** Whether what is bound to a transaction block stays bound to the end of the text. */
    public boolean isBoundByBlock() {
        return effect.isAboutRows() || statements == 1 || (statements > 1 && staysInBlock && !mayRollBack);
    }
}
