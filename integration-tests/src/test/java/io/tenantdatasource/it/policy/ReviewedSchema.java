package io.tenantdatasource.it.policy;

import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/** What the databases of these tests are copies of. Each is made when it is first asked for. */
final class ReviewedSchema {

    static final ReviewedSchema SESSIONS = new ReviewedSchema(owner -> run("review.sql", owner));

    static final ReviewedSchema SESSIONS_AND_ITEMS = new ReviewedSchema(owner -> {
        run("review.sql", owner);
        run("items.sql", owner);
    });

    static final ReviewedSchema SHAPES = new ReviewedSchema(owner -> run("shapes.sql", owner));

    static final ReviewedSchema PROTECTED_SHAPES = new ReviewedSchema(owner -> {
        run("shapes.sql", owner);
        ShapesDatabase.DECLARATION.plan(owner).apply(owner);
    });

    private static final Map<Solution, ReviewedSchema> PROTECTED = new ConcurrentHashMap<>();

    private final DatabaseTemplate.Schema schema;
    private DatabaseTemplate template;

    private ReviewedSchema(DatabaseTemplate.Schema schema) {
        this.schema = schema;
    }

    static ReviewedSchema protectedBy(Solution solution) {
        return PROTECTED.computeIfAbsent(
                solution,
                protecting -> new ReviewedSchema(owner -> {
                    run("review.sql", owner);
                    protecting.policies().apply(owner);
                }));
    }

    TestDatabase copy() {
        return template().copy();
    }

    private synchronized DatabaseTemplate template() {
        if (template == null) {
            DatabaseTemplate made = DatabaseTemplate.of(schema);
            letTheOwnerCreateRoles(made);
            template = made;
        }
        return template;
    }

    /** All copies have the same owner, so once will do. */
    private static void letTheOwnerCreateRoles(DatabaseTemplate template) {
        try (TestDatabase any = template.copy()) {
            any.execute("alter role " + any.owner().getUser() + " createrole");
        }
    }

    private static void run(String script, DataSource owner) throws SQLException {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(read(script));
        }
    }

    private static String read(String script) {
        try (InputStream in = ReviewedSchema.class.getResourceAsStream(script)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
