package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.policy.SessionLogin;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.SessionTokenHash;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PSQLException;

/**
 * A migration takes nothing that is somebody else's, and its undo gives back the schema as it was: on generated schemas,
 * told by the whole catalogue. A migration may refuse, with a hint, and has changed nothing then.
 *
 * <p>The same schemas each time, so that a change is what turns this red. {@code -Dtenant-datasource.schemas=200} draws more of
 * them, {@code -Dtenant-datasource.schemas.seed=…} begins at another seed.
 */
class GeneratedSchemasTest {

    private static final int SEED = Integer.getInteger("tenant-datasource.schemas.seed", 0);

    private static final int SCHEMAS = Integer.getInteger("tenant-datasource.schemas", 30);

    /** Of somebody else: a name, a partitioned table, a policy, rights, another type. */
    private static final Set<String> REFUSALS = Set.of("42710", "42P07", "0A000", "55000", "42723", "42804");

    private static ReviewedDatabase database;

    private static String cleanupRole;

    @BeforeAll
    static void createDatabase() throws SQLException {
        System.out.println("GeneratedSchemasTest: -Dtenant-datasource.schemas.seed=" + SEED
                + " -Dtenant-datasource.schemas=" + SCHEMAS);
        database = new ReviewedDatabase();
        database.asOwner("drop table user_sessions; drop table users");
        cleanupRole = "cleanup of " + database.application().getUser();
    }

    @AfterAll
    static void dropDatabase() {
        database.close();
    }

    static IntStream seeds() {
        return IntStream.range(SEED, SEED + SCHEMAS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void undoGivesBackTheSchemaAsItWas(int seed) throws SQLException {
        GeneratedSchema schema = new GeneratedSchema(seed);
        database.asOwner(schema.sql());
        try {
            switch (seed % 5) {
                case 0 ->
                    comesAndGoes(
                            schema, schema.named(SessionPolicies.throughUsers().cleanupRole(cleanupRole)));
                case 1 -> comesAndGoes(schema, live(schema));
                case 2 -> comesAndGoesAtOnce(schema, live(schema));
                case 3 -> movesThereAndBack(schema);
                default -> {
                    comesAndGoes(SessionTokenHash.of(live(schema)));
                    comesAndGoes(TablePolicies.ownColumn(schema.users).schema(schema.schema));
                }
            }
        } catch (SQLException | RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ":\n" + schema.sql(), e);
        } finally {
            drop(schema);
        }
    }

    private static SessionPolicies live(GeneratedSchema schema) {
        return schema.named(SessionPolicies.ownColumn()).batchPause(Duration.ZERO);
    }

    private interface Change {
        void run() throws SQLException;
    }

    private void comesAndGoes(GeneratedSchema schema, SessionPolicies policies) throws SQLException {
        comesAndGoes(
                () -> policies.apply(database.owner()),
                () -> {
                    if (ownColumn(schema)) {
                        noSessionIsForged(schema);
                    }
                },
                () -> policies.undo(database.owner()));
    }

    private void comesAndGoesAtOnce(GeneratedSchema schema, SessionPolicies policies) throws SQLException {
        comesAndGoes(
                () -> database.inOneTransaction(database.owner(), policies.sql()),
                () -> noSessionIsForged(schema),
                () -> database.inOneTransaction(database.owner(), policies.undoSql()));
    }

    private void comesAndGoes(SessionTokenHash hashes) throws SQLException {
        comesAndGoes(() -> hashes.apply(database.owner()), () -> {}, () -> hashes.undo(database.owner()));
    }

    private void comesAndGoes(TablePolicies policies) throws SQLException {
        comesAndGoes(() -> policies.apply(database.owner()), () -> {}, () -> policies.undo(database.owner()));
    }

    private void movesThereAndBack(GeneratedSchema schema) throws SQLException {
        SessionPolicies throughUsers = schema.named(SessionPolicies.throughUsers());
        SessionLogin login = SessionLogin.byToken(throughUsers);
        comesAndGoes(
                () -> throughUsers.apply(database.owner()),
                () -> {
                    comesAndGoes(() -> live(schema).apply(database.owner()), () -> noSessionIsForged(schema), () -> {
                        throughUsers.apply(database.owner());
                        live(schema).undo(database.owner());
                    });
                    comesAndGoes(
                            () -> {
                                if (schema.partitioned) {
                                    database.inOneTransaction(database.owner(), login.sql());
                                } else {
                                    login.apply(database.owner());
                                }
                            },
                            () -> {},
                            () -> login.undo(database.owner()));
                },
                () -> throughUsers.undo(database.owner()));
    }

    private void comesAndGoes(Change apply, Change meanwhile, Change undo) throws SQLException {
        String before = dump();
        try {
            apply.run();
        } catch (SQLException refusal) {
            assertThat(REFUSALS).as("%s", refusal).contains(refusal.getSQLState());
            assertThat(((PSQLException) refusal).getServerErrorMessage().getHint())
                    .as("%s", refusal)
                    .isNotBlank();
            assertThat(dump()).as("after %s", refusal.getMessage()).isEqualTo(before);
            return;
        }
        String after = dump();
        assertThat(after).isNotEqualTo(before);
        if (!before.contains("comment tenant-datasource: ")) {
            assertThat(missing(before, after))
                    .as("nothing that was there is changed")
                    .isEmpty();
        }
        meanwhile.run();
        apply.run();
        assertThat(dump()).as("applied again").isEqualTo(after);
        undo.run();
        assertThat(dump()).as("undone").isEqualTo(before);
        undo.run();
        assertThat(dump()).as("undone again").isEqualTo(before);
    }

    /** Row security is what changes, and with a hash a token may be missing. */
    private static List<String> missing(String before, String after) {
        Set<String> there = after.lines().collect(Collectors.toSet());
        return before.lines()
                .filter(line -> !there.contains(line))
                .filter(line -> !line.contains(": row security ")
                        && !line.contains("NOT NULL session_token")
                        && !line.contains(".session_token: position")
                        && !line.contains(".session_token_hash: position"))
                .toList();
    }

    private static boolean ownColumn(GeneratedSchema schema) throws SQLException {
        return "t"
                .equals(
                        database.catalog(
                                "select exists (select from pg_constraint where conrelid = "
                                        + literal(schema.qualified(schema.sessions))
                                        + "::regclass and obj_description(oid, 'pg_constraint') like 'tenant-datasource: own column%')"));
    }

    /** By whoever it may be: also the administrator, whom no policy binds. */
    private static void noSessionIsForged(GeneratedSchema schema) {
        assertThatThrownBy(() -> database.asAdministrator("insert into " + schema.qualified(schema.sessions)
                        + " (session_token, user_id, " + GeneratedSchema.quoted(schema.organizationColumn)
                        + ") values ('forged', "
                        + GeneratedSchema.key(schema.userType, 1) + ", "
                        + GeneratedSchema.key(schema.organizationType, 2) + ")"))
                .hasStackTraceContaining("violates foreign key constraint");
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String dump() throws SQLException {
        return SchemaDump.of(database.database().administrator());
    }

    private static void drop(GeneratedSchema schema) {
        database.asAdministrator(
                schema.schema.equals("public")
                        ? "do $$ declare dropped record; begin"
                                + " for dropped in select oid::regclass as name from pg_class"
                                + " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition"
                                + " loop execute format('drop table %s cascade', dropped.name); end loop;"
                                + " for dropped in select oid::regprocedure as name from pg_proc"
                                + " where pronamespace = 'public'::regnamespace"
                                + " loop execute format('drop function %s', dropped.name); end loop; end $$"
                        : "drop schema " + GeneratedSchema.quoted(schema.schema) + " cascade");
    }
}
