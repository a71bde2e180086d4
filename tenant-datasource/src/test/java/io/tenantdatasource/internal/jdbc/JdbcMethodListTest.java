package io.tenantdatasource.internal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
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
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method of JDBC is on {@code jdbc-methods.txt}, which says what happens to it. */
class JdbcMethodListTest {

    private static final List<Class<?>> TYPES = List.of(
            Connection.class,
            Statement.class,
            PreparedStatement.class,
            CallableStatement.class,
            ResultSet.class,
            DatabaseMetaData.class,
            ResultSetMetaData.class,
            ParameterMetaData.class,
            Array.class,
            Blob.class,
            Clob.class,
            NClob.class,
            SQLXML.class);

    static Stream<Method> methods() {
        return TYPES.stream()
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .distinct();
    }

    /** Fails on a JDK that brings a method which nobody has thought about. */
    @ParameterizedTest
    @MethodSource("methods")
    void isListed(Method method) {
        assertThat(JdbcCall.of(method).kind())
                .as(JdbcCall.signature(method))
                .isNotIn(
                        JdbcCall.Kind.UNLISTED, JdbcCall.Kind.EQUALS, JdbcCall.Kind.HASH_CODE, JdbcCall.Kind.TO_STRING);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void throwsOnAClosedConnectionUnlessItCannot(Method method) {
        boolean canThrow = method.getExceptionTypes().length > 0;
        assertThat(canThrow || JdbcCall.of(method).kind() == JdbcCall.Kind.ANYTIME)
                .as(JdbcCall.signature(method))
                .isTrue();
    }

    @Test
    void whatRunsATextIsNotTakenForSomethingHarmless() {
        assertThat(methods().filter(method -> method.getName().startsWith("execute")))
                .allSatisfy(method ->
                        assertThat(JdbcCall.of(method).kind()).isIn(JdbcCall.Kind.RUN, JdbcCall.Kind.RUN_TEXT));
    }

    @Test
    void aMethodOfALaterJdkIsUnlisted() throws NoSuchMethodException {
        assertThat(JdbcCall.of(StatementOfALaterJdk.class.getMethod("runLater")).kind())
                .isEqualTo(JdbcCall.Kind.UNLISTED);
    }

    private interface StatementOfALaterJdk extends Statement {
        @SuppressWarnings("unused")
        void runLater();
    }
}
