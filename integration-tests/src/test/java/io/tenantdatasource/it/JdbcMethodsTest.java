package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.RETURNS_DEFAULTS;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every method that the running JDK declares: it reaches the driver, lets the driver's exception through as it is, and
 * after close it throws 08003. On a later JDK this covers the methods of that JDK.
 */
class JdbcMethodsTest {

    /** They mean the wrapper itself, and have tests of their own. */
    private static final Set<String> OWN_MEANING =
            Set.of("close", "abort", "isClosed", "isValid", "unwrap", "isWrapperFor", "free");

    private final DataSource pool = mock();
    private final Connection physical = mock(Connection.class, withSettings().defaultAnswer(RETURNS_DEFAULTS));
    private Connection connection;

    @BeforeEach
    void checkOut() throws SQLException {
        when(pool.getConnection()).thenReturn(physical);
        ResultSet nothing = mock();
        when(nothing.getString(anyInt())).thenReturn("the same"); // at connect and after it
        when(nothing.getString(8)).thenReturn(""); // the tenant after the reset
        when(nothing.next()).thenReturn(true);
        PreparedStatement prepared = mock();
        when(prepared.execute()).thenReturn(true);
        when(prepared.getResultSet()).thenReturn(nothing);
        when(physical.prepareStatement(anyString())).thenReturn(prepared);
        Statement plain = mock();
        when(plain.execute(anyString())).thenReturn(true);
        when(plain.getResultSet()).thenReturn(nothing);
        when(physical.createStatement()).thenReturn(plain);
        try (TenantContext.Scope scope = TenantContext.open(ACME)) {
            connection = TenantDataSource.wrap(pool).getConnection();
        }
    }

    static Stream<Method> connectionMethods() {
        return methodsOf(Connection.class);
    }

    static Stream<Method> statementMethods() {
        return methodsOf(CallableStatement.class).filter(method -> !takesAText(method));
    }

    /** Refused on a prepared or callable statement. */
    static Stream<Method> methodsOfStatementsThatTakeAText() {
        return methodsOf(CallableStatement.class).filter(JdbcMethodsTest::takesAText);
    }

    private static boolean takesAText(Method method) {
        return (method.getName().startsWith("execute") || method.getName().equals("addBatch"))
                && method.getParameterCount() > 0
                && method.getParameterTypes()[0] == String.class;
    }

    static Stream<Method> resultSetMethods() {
        return methodsOf(ResultSet.class);
    }

    static Stream<Method> metaDataMethods() {
        return methodsOf(DatabaseMetaData.class);
    }

    static Stream<Method> arrayMethods() {
        return methodsOf(Array.class);
    }

    static Stream<Method> blobMethods() {
        return methodsOf(Blob.class);
    }

    static Stream<Method> clobMethods() {
        return methodsOf(NClob.class);
    }

    static Stream<Method> xmlMethods() {
        return methodsOf(SQLXML.class);
    }

    static Stream<Method> resultSetMetaDataMethods() {
        return methodsOf(ResultSetMetaData.class);
    }

    static Stream<Method> parameterMetaDataMethods() {
        return methodsOf(ParameterMetaData.class);
    }

    private static Stream<Method> methodsOf(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !OWN_MEANING.contains(method.getName()));
    }

    @ParameterizedTest
    @MethodSource("connectionMethods")
    void connection(Method method) throws Exception {
        assertForwarded(method, connection, physical);
        connection.close();
        assertClosed(method, connection);
    }

    @ParameterizedTest
    @MethodSource("statementMethods")
    void statement(Method method) throws Exception {
        CallableStatement driversOwn = mock();
        when(physical.prepareCall("call p()")).thenReturn(driversOwn);
        CallableStatement statement = connection.prepareCall("call p()");
        assertForwarded(method, statement, driversOwn);
        connection.close();
        assertClosed(method, statement);
    }

    /** "This method cannot be called on a PreparedStatement or CallableStatement", says the Javadoc of each. */
    @ParameterizedTest
    @MethodSource("methodsOfStatementsThatTakeAText")
    void textOnAPreparedStatementIsRefused(Method method) throws Exception {
        PreparedStatement driversOwn = mock();
        when(physical.prepareStatement("select 1")).thenReturn(driversOwn);
        PreparedStatement statement = connection.prepareStatement("select 1");
        Throwable thrown = catchThrowable(() -> method.invoke(statement, argumentsFor(method)));
        assertThat(thrown.getCause())
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42809"))
                .hasMessageContaining("cannot be called on a PreparedStatement");
        verifyNoInteractions(driversOwn);
    }

    @ParameterizedTest
    @MethodSource("resultSetMethods")
    void resultSet(Method method) throws Exception {
        Statement driversStatement = mock();
        ResultSet driversOwn = mock();
        when(physical.createStatement()).thenReturn(driversStatement);
        when(driversStatement.executeQuery("select 1")).thenReturn(driversOwn);
        ResultSet resultSet = connection.createStatement().executeQuery("select 1");
        assertForwarded(method, resultSet, driversOwn);
        connection.close();
        assertClosed(method, resultSet);
    }

    @ParameterizedTest
    @MethodSource("metaDataMethods")
    void metaData(Method method) throws Exception {
        DatabaseMetaData driversOwn = mock();
        when(physical.getMetaData()).thenReturn(driversOwn);
        DatabaseMetaData metaData = connection.getMetaData();
        assertForwarded(method, metaData, driversOwn);
        connection.close();
        assertClosed(method, metaData);
    }

    @ParameterizedTest
    @MethodSource("arrayMethods")
    void array(Method method) throws Exception {
        Array driversOwn = mock();
        when(physical.createArrayOf("text", new Object[0])).thenReturn(driversOwn);
        Array array = connection.createArrayOf("text", new Object[0]);
        assertForwarded(method, array, driversOwn);
        connection.close();
        assertClosed(method, array);
    }

    @ParameterizedTest
    @MethodSource("blobMethods")
    void blob(Method method) throws Exception {
        Blob driversOwn = mock();
        when(physical.createBlob()).thenReturn(driversOwn);
        Blob blob = connection.createBlob();
        assertForwarded(method, blob, driversOwn);
        connection.close();
        assertClosed(method, blob);
    }

    @ParameterizedTest
    @MethodSource("clobMethods")
    void clob(Method method) throws Exception {
        NClob driversOwn = mock();
        when(physical.createNClob()).thenReturn(driversOwn);
        NClob clob = connection.createNClob();
        assertForwarded(method, clob, driversOwn);
        connection.close();
        assertClosed(method, clob);
    }

    @ParameterizedTest
    @MethodSource("xmlMethods")
    void xml(Method method) throws Exception {
        SQLXML driversOwn = mock();
        when(physical.createSQLXML()).thenReturn(driversOwn);
        SQLXML xml = connection.createSQLXML();
        assertForwarded(method, xml, driversOwn);
        connection.close();
        assertClosed(method, xml);
    }

    @ParameterizedTest
    @MethodSource("resultSetMetaDataMethods")
    void resultSetMetaData(Method method) throws Exception {
        PreparedStatement driversStatement = mock();
        ResultSetMetaData driversOwn = mock();
        when(physical.prepareStatement("select 1")).thenReturn(driversStatement);
        when(driversStatement.getMetaData()).thenReturn(driversOwn);
        ResultSetMetaData metaData = connection.prepareStatement("select 1").getMetaData();
        assertForwarded(method, metaData, driversOwn);
        connection.close();
        assertClosed(method, metaData);
    }

    @ParameterizedTest
    @MethodSource("parameterMetaDataMethods")
    void parameterMetaData(Method method) throws Exception {
        PreparedStatement driversStatement = mock();
        ParameterMetaData driversOwn = mock();
        when(physical.prepareStatement("select 1")).thenReturn(driversStatement);
        when(driversStatement.getParameterMetaData()).thenReturn(driversOwn);
        ParameterMetaData metaData = connection.prepareStatement("select 1").getParameterMetaData();
        assertForwarded(method, metaData, driversOwn);
        connection.close();
        assertClosed(method, metaData);
    }

    @Test
    void largeObjectsAreFreedOnlyWhileTheConnectionIsOpen() throws SQLException {
        Blob driversOwn = mock();
        when(physical.createBlob()).thenReturn(driversOwn);
        Blob blob = connection.createBlob();
        connection.close();
        blob.free();
        verify(driversOwn, never()).free();
    }

    @Test
    void guardedArgumentsReachTheDriverAsItsOwnObjects() throws SQLException {
        Array driversArray = mock();
        PreparedStatement driversStatement = mock();
        when(physical.createArrayOf("text", new Object[0])).thenReturn(driversArray);
        when(physical.prepareStatement("select ?")).thenReturn(driversStatement);

        connection.prepareStatement("select ?").setArray(1, connection.createArrayOf("text", new Object[0]));

        assertThat(mockingDetails(driversStatement).getInvocations())
                .anySatisfy(call -> assertThat(call.<Object>getArgument(1)).isSameAs(driversArray));
    }

    private static void assertForwarded(Method method, Object guarded, Object driversOwn) throws Exception {
        Object[] arguments = argumentsFor(method);
        method.invoke(guarded, arguments);
        assertThat(mockingDetails(driversOwn).getInvocations())
                .as("%s reached the driver", method)
                .anySatisfy(call -> {
                    assertThat(call.getMethod().getName()).isEqualTo(method.getName());
                    assertThat(call.getRawArguments()).isEqualTo(arguments);
                });
    }

    private static void assertClosed(Method method, Object guarded) {
        Throwable thrown = catchThrowable(() -> method.invoke(guarded, argumentsFor(method)));
        if (method.getExceptionTypes().length == 0) {
            assertThat(thrown).as("%s cannot throw an SQLException", method).isNull();
            return;
        }
        assertThat(thrown).as("%s after close", method).isInstanceOf(InvocationTargetException.class);
        assertThat(thrown.getCause()).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo("08003");
            assertThat((Throwable) e).hasMessageContaining(method.getName());
        });
    }

    private static Object[] argumentsFor(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(JdbcMethodsTest::anyValue)
                .toArray();
    }

    private static Object anyValue(Class<?> type) {
        if (type == boolean.class) {
            return true;
        }
        if (type.isPrimitive()) {
            return java.lang.reflect.Array.get(java.lang.reflect.Array.newInstance(type, 1), 0);
        }
        return type == Executor.class ? (Executor) Runnable::run : null;
    }

    @Test
    void thereAreMethodsToTest() {
        assertThat(List.of(
                        connectionMethods(),
                        statementMethods(),
                        resultSetMethods(),
                        metaDataMethods(),
                        arrayMethods(),
                        blobMethods(),
                        clobMethods(),
                        xmlMethods(),
                        resultSetMetaDataMethods(),
                        parameterMetaDataMethods()))
                .allSatisfy(methods -> assertThat(methods).isNotEmpty());
    }
}
