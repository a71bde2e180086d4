package io.tenantdatasource.it.pgtap;

import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import javax.sql.DataSource;

/** The files of {@code examples/pgtap}: a schema, and tests of it. */
final class Example {

    static final Path TESTS = Path.of("../examples/pgtap/isolation_test.sql");
    static final Path ISOLATION = Path.of("../db/pgtap/tenant_isolation.sql");

    private static final Path SCHEMA = Path.of("../examples/pgtap/schema.sql");

    private Example() {}

    /** The schema belongs to somebody who is no superuser, as in production, and creates no role. */
    static DatabaseTemplate schema() {
        try (TestDatabase any = TestDatabase.create()) {
            any.execute("""
                    do $$
                    begin
                      create role authenticated;
                    exception
                      when duplicate_object or unique_violation then
                        null;
                    end
                    $$""");
        }
        return DatabaseTemplate.of(Example::create);
    }

    private static void create(DataSource owner) throws Exception {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(Files.readString(SCHEMA));
        }
    }

    /** Its tests, after something was done to the schema in the same transaction. */
    static String testsAfter(String sql) throws IOException {
        return Files.readString(TESTS)
                .replace("begin;\n", "begin;\n" + sql + "\n")
                .replace("\\ir ../../db/pgtap/tenant_isolation.sql", include());
    }

    /** A file of tests with what such files begin and end with. */
    static String tests(String sql) {
        return "begin;\n" + include() + "\nselect no_plan();\n" + sql
                + "\nselect tenant.work_as_administrator();\nselect * from finish();\nrollback;\n";
    }

    static String include() {
        return "\\i " + ISOLATION.toAbsolutePath().normalize();
    }
}
