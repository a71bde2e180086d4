package io.tenantdatasource.it.conformance;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/** Tells each transaction its tenant, when the first statement of it is made. */
final class EachTransaction implements InvocationHandler {

    private static final Set<String> ENDS = Set.of("commit", "rollback", "setAutoCommit");
    private static final Set<String> STATEMENTS = Set.of("createStatement", "prepareStatement", "prepareCall");

    private final Connection connection;
    private boolean told;

    private EachTransaction(Connection connection) {
        this.connection = connection;
    }

    static Connection of(Connection connection) {
        return ByHand.proxy(Connection.class, new EachTransaction(connection));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (STATEMENTS.contains(method.getName()) && !told && !connection.getAutoCommit()) {
            tell();
        }
        if (ENDS.contains(method.getName())) {
            told = false;
        }
        return ByHand.call(connection, method, arguments);
    }

    private void tell() throws SQLException {
        ByHand.setConfig(connection, ByHand.tenant().orElse(""), true);
        told = true;
    }
}
