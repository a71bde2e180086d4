package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Schemas whose keys are made to be taken for one another, protected in every way, and attacked with every command. What is
 * right is asked of the database: what belongs to an organization is what goes with it when it is deleted.
 *
 * <p>The same schemas each time, so that a change is what turns this red. {@code -Dtenant-datasource.keys.seed=…} draws
 * others, {@code -Dtenant-datasource.keys.schemas=5} more of each pair of types.
 */
class GeneratedKeysTest {

    private static final int SEED = Integer.getInteger("tenant-datasource.keys.seed", 1);
    private static final int SCHEMAS = Integer.getInteger("tenant-datasource.keys.schemas", 1);

    private static final List<KeyType> TYPES = List.of(KeyType.values());

    private static ReviewedDatabase database;

    @BeforeAll
    static void createTypes() {
        System.out.println("GeneratedKeysTest: -Dtenant-datasource.keys.seed=" + SEED
                + " -Dtenant-datasource.keys.schemas=" + SCHEMAS);
        database = new ReviewedDatabase();
        database.asAdministrator(KeyType.DEFINITIONS);
    }

    @AfterAll
    static void dropDatabase() {
        database.close();
    }

    /** All pairs of these types that PostgreSQL takes for a foreign key. */
    @ParameterizedTest
    @CsvSource({
        "UUID, UUID",
        "UUID, UUID_DOMAIN",
        "UUID_DOMAIN, UUID",
        "SMALLINT, SMALLINT",
        "SMALLINT, BIGINT",
        "INTEGER, SMALLINT",
        "BIGINT, INTEGER",
        "BIGINT, BIGINT",
        "BIGINT, BIGINT_DOMAIN",
        "BIGINT_DOMAIN, INTEGER",
        "NUMERIC, NUMERIC",
        "NUMERIC_20_0, NUMERIC_20_0",
        "NUMERIC_20_0, BIGINT",
        "NUMERIC_10_2, NUMERIC_10_2",
        "NUMERIC, SMALLINT",
        "NUMERIC_10_2, NUMERIC",
        "TEXT, TEXT",
        "TEXT, VARCHAR_10",
        "TEXT, CHAR_10",
        "TEXT, NAME",
        "TEXT, CITEXT",
        "TEXT, BPCHAR",
        "TEXT, TEXT_DOMAIN",
        "VARCHAR, TEXT",
        "VARCHAR_10, VARCHAR_3",
        "VARCHAR_10, CHAR_10",
        "VARCHAR_10, VARCHAR_10",
        "VARCHAR_3, VARCHAR_10",
        "CHAR_10, CHAR_10",
        "CHAR_10, VARCHAR_10",
        "CHAR_10, TEXT",
        "CHAR_10, CHAR_3",
        "CHAR_3, CHAR_10",
        "CHAR, BPCHAR",
        "BPCHAR, VARCHAR",
        "CHAR_DOMAIN, CHAR_DOMAIN",
        "CHAR_DOMAIN, VARCHAR_3",
        "TEXT_DOMAIN, TEXT_DOMAIN",
        "CITEXT, CITEXT",
        "NAME, NAME",
        "NAME, TEXT"
    })
    void whatGoesWithAnOrganizationIsWhatItSeesAndChanges(KeyType user, KeyType reference) {
        for (int i = 0; i < SCHEMAS; i++) {
            GeneratedKeys keys = new GeneratedKeys(
                    database, user, reference, new Random(Objects.hash(SEED, user.name(), reference.name(), i)));
            try (keys) {
                keys.create();
                for (GeneratedKeys.Way way : ways(TYPES.indexOf(user) + TYPES.indexOf(reference) + i)) {
                    keys.attack(way);
                }
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "-Dtenant-datasource.keys.seed=" + SEED + ", schema " + i + " was\n" + keys + "\n" + e, e);
            }
            assertThat(keys.attacks()).as("attacks on %s", keys).isGreaterThan(100);
        }
    }

    /** Two of five, other ones for the next type and the next schema: five schemas of a pair are attacked in every way. */
    private static List<GeneratedKeys.Way> ways(int turn) {
        List<GeneratedKeys.Way> ways = List.of(GeneratedKeys.Way.values());
        return List.of(ways.get(turn % ways.size()), ways.get((turn + 2) % ways.size()));
    }
}
