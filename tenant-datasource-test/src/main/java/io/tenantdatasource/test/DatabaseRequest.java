package io.tenantdatasource.test;

import io.tenantdatasource.test.DatabaseTemplate.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Which database a test class asks for. Equal ones are copies of one template.
 *
 * <p>The roles count in this, as a schema may grant rights to any of them; the class loader does, as it finds the scripts.
 */
record DatabaseRequest(
        Class<? extends Schema> schema, List<String> scripts, Set<String> memberOf, int major, ClassLoader loader) {

    static DatabaseRequest of(TenantDatabase annotation, Class<?> testClass) {
        return new DatabaseRequest(
                annotation.schema(),
                List.of(annotation.scripts()),
                Set.of(annotation.memberOf()),
                annotation.postgres(),
                testClass.getClassLoader());
    }

    DatabaseTemplate makeTemplate(SharedServers servers) {
        return DatabaseTemplate.of(servers.of(major), memberOf, this::create);
    }

    private void create(DataSource owner) throws Exception {
        if (schema != Schema.class) {
            newSchema().create(owner);
        }
        for (String script : scripts) {
            run(script, owner);
        }
    }

    private Schema newSchema() throws Exception {
        try {
            Constructor<? extends Schema> constructor = schema.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    schema.getName()
                            + " cannot be made: a schema is a concrete class, static if it is a member of another,"
                            + " with a constructor that takes nothing",
                    e);
        }
    }

    private void run(String script, DataSource owner) throws SQLException {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(read(script));
        } catch (SQLException e) {
            throw new SQLException(script + ": " + e.getMessage(), e.getSQLState(), e);
        }
    }

    private String read(String script) {
        String path = script.startsWith("/") ? script.substring(1) : script;
        try (InputStream in = loader.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("The script " + script + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("The script " + script + " cannot be read", e);
        }
    }
}
