package io.tenantdatasource.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import io.tenantdatasource.test.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.jdbc.PgStatement;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.SpringFactoriesLoader;

/** Native images are not built here; what they would be told is compared to what the code does. */
@TenantDatabase(scripts = "/note.sql")
class TenantDataSourceRuntimeHintsTest {

    private final RuntimeHints hints = new RuntimeHints();

    /** As Spring's ahead-of-time processing finds it. */
    @BeforeEach
    void register() {
        ClassLoader loader = getClass().getClassLoader();
        SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories", loader)
                .load(RuntimeHintsRegistrar.class)
                .stream()
                .filter(TenantDataSourceRuntimeHints.class::isInstance)
                .forEach(registrar -> registrar.registerHints(hints, loader));
    }

    @Test
    void nameEachProxyThatStandsBeforeAnObjectOfTheDriver(TestDatabase database) throws Exception {
        TenantDataSource dataSource = TenantDataSource.wrap(database.application());

        try (var scope = TenantContext.open(Tenants.ACME);
                Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                PreparedStatement prepared = connection.prepareStatement("select ?::text");
                CallableStatement call = connection.prepareCall("{call now()}")) {
            prepared.setString(1, "");
            ResultSet rows = prepared.executeQuery();
            connection.setAutoCommit(false);
            Stream.of(
                            connection,
                            statement,
                            prepared,
                            call,
                            rows,
                            rows.getMetaData(),
                            prepared.getParameterMetaData(),
                            connection.getMetaData(),
                            connection.createArrayOf("text", new Object[] {"a"}),
                            connection.createSQLXML())
                    .forEach(this::assertNamed);
        }
    }

    private void assertNamed(Object guarded) {
        if (Proxy.isProxyClass(guarded.getClass())) {
            assertThat(RuntimeHintsPredicates.proxies()
                            .forInterfaces(guarded.getClass().getInterfaces()))
                    .as(guarded.getClass().getInterfaces()[0].getName())
                    .accepts(hints);
        }
    }

    /** pgjdbc makes some of them only on a large object, and none of others: JDBC knows them, and another driver has them. */
    @Test
    void nameAProxyForEachTypeThatTheWallGuards() throws ReflectiveOperationException {
        for (Class<?> type : guardedTypes()) {
            assertThat(RuntimeHintsPredicates.proxies().forInterfaces(type))
                    .as(type.getName())
                    .accepts(hints);
        }
    }

    private static List<Class<?>> guardedTypes() throws ReflectiveOperationException {
        var field = Class.forName("io.tenantdatasource.internal.jdbc.Wall").getDeclaredField("GUARDED_TYPES");
        field.setAccessible(true);
        return ((List<?>) field.get(null))
                .stream().<Class<?>>map(Class.class::cast).toList();
    }

    @Test
    void nameEveryScriptOfTheMigrationsAndOfTheCheck() throws Exception {
        Path policies = Path.of(SessionPolicies.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        assertThat(sqlIn(policies))
                .isNotEmpty()
                .allSatisfy(
                        script -> assertThat(RuntimeHintsPredicates.resource().forResource(script))
                                .accepts(hints));
        assertThat(RuntimeHintsPredicates.resource().forResource("io/tenantdatasource/check/database-check.sql"))
                .accepts(hints);
    }

    private static List<String> sqlIn(Path classes) throws IOException {
        if (Files.isDirectory(classes)) {
            try (Stream<Path> files = Files.walk(classes)) {
                return files.map(file -> classes.relativize(file).toString().replace(File.separatorChar, '/'))
                        .filter(name -> name.endsWith(".sql") && name.startsWith("io/"))
                        .toList();
            }
        }
        try (var jar = new JarFile(classes.toFile())) {
            return jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".sql") && name.startsWith("io/"))
                    .toList();
        }
    }

    @Test
    void nameTheMethodsByWhichTheWallKnowsWhetherResultSetsAreComplete() {
        assertThat(RuntimeHintsPredicates.reflection()
                        .onType(ResultSet.class)
                        .withMemberCategory(MemberCategory.INVOKE_PUBLIC_METHODS))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection()
                        .onType(TypeReference.of("io.tenantdatasource.internal.jdbc.GuardedResultSet"))
                        .withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS))
                .accepts(hints);
    }

    @ParameterizedTest
    @ValueSource(strings = {"batchStatements", "batchParameters"})
    void nameTheFieldsOfTheDriverThatTransactionReaches(String field) throws NoSuchFieldException {
        assertThat(RuntimeHintsPredicates.reflection().onFieldAccess(PgStatement.class.getDeclaredField(field)))
                .accepts(hints);
    }
}
