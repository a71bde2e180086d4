package io.tenantdatasource.spring;

import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLXML;
import java.sql.Statement;
import java.util.List;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/** What a native image has to be told: the proxies before JDBC's objects, what is looked up by its name, the scripts. */
final class TenantDataSourceRuntimeHints implements RuntimeHintsRegistrar {

    /** Each alone: what stands before an object of the driver has the interface that JDBC knows, and no other. */
    private static final List<Class<?>> PROXIES = List.of(
            Connection.class,
            Statement.class,
            PreparedStatement.class,
            CallableStatement.class,
            DatabaseMetaData.class,
            ResultSet.class,
            ResultSetMetaData.class,
            ParameterMetaData.class,
            Array.class,
            Blob.class,
            Clob.class,
            NClob.class,
            SQLXML.class);

    TenantDataSourceRuntimeHints() {}

    @Override
    public void registerHints(RuntimeHints hints, ClassLoader classLoader) {
        PROXIES.forEach(hints.proxies()::registerJdkProxy);
        registerWhatTheWallLooksAt(hints);
        registerBatchesOfTheDriver(hints, classLoader);
        MigrationDataSources.QUALIFIERS.forEach(name -> hints.reflection().registerTypeIfPresent(classLoader, name));
        hints.resources()
                .registerPattern("io/tenantdatasource/policy/**")
                .registerPattern("io/tenantdatasource/internal/jdbc/jdbc-methods.txt")
                .registerPattern("io/tenantdatasource/check/*.sql");
    }

    /** Whether the class that stands before result sets has all methods of this JDK's. */
    private static void registerWhatTheWallLooksAt(RuntimeHints hints) {
        hints.reflection()
                .registerType(ResultSet.class, MemberCategory.INVOKE_PUBLIC_METHODS)
                .registerType(
                        TypeReference.of("io.tenantdatasource.internal.jdbc.GuardedResultSet"),
                        MemberCategory.INVOKE_DECLARED_METHODS);
    }

    /** With {@code TenantBinding.TRANSACTION}, the tenant is put before what is in a batch already. */
    private static void registerBatchesOfTheDriver(RuntimeHints hints, ClassLoader classLoader) {
        hints.reflection()
                .registerTypeIfPresent(
                        classLoader,
                        "org.postgresql.jdbc.PgStatement",
                        type -> type.withField("batchStatements").withField("batchParameters"));
    }
}
