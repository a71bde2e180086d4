package io.tenantdatasource.internal.pgjdbc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.core.CachedQuery;
import org.postgresql.core.Oid;
import org.postgresql.core.ParameterList;
import org.postgresql.core.Query;
import org.postgresql.core.QueryExecutor;
import org.postgresql.jdbc.PgStatement;

/**
 * What a statement of pgjdbc has collected for its batch. The driver sends all of it in one round trip, and has no public
 * way to put a statement of another text into the batch of a prepared one: {@code docs/decisions/0010-riding-along.md}.
 */
final class BatchLists {

    /** A driver that has come to keep its batch elsewhere is told the tenant in a round trip of its own. */
    private static final Optional<BatchLists> OF_THIS_DRIVER = find();

    private final VarHandle queries;
    private final VarHandle parameters;

    private BatchLists(VarHandle queries, VarHandle parameters) {
        this.queries = queries;
        this.parameters = parameters;
    }

    static Optional<BatchLists> ofThisDriver() {
        return OF_THIS_DRIVER;
    }

    private static Optional<BatchLists> find() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(PgStatement.class, MethodHandles.lookup());
            return Optional.of(new BatchLists(
                    lookup.findVarHandle(PgStatement.class, "batchStatements", ArrayList.class),
                    lookup.findVarHandle(PgStatement.class, "batchParameters", ArrayList.class)));
        } catch (ReflectiveOperationException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Statements around a batch; to be given back to the driver's cache, where they stay prepared. */
    record Around(QueryExecutor executor, List<CachedQuery> borrowed) implements AutoCloseable {

        @Override
        public void close() {
            borrowed.forEach(executor::releaseQuery);
        }
    }

    /**
     * Puts the statement that tells before all others; and in a block of its own, BEGIN before that, and COMMIT after all.
     *
     * @param telling the statement that tells
     * @param values its parameters
     */
    Around enclose(PgStatement statement, Form form, String telling, List<String> values) throws SQLException {
        Around around = new Around(statement.getPGConnection().getQueryExecutor(), new ArrayList<>());
        add(around, statement, 0, telling, values);
        if (form.isEnclosed()) {
            add(around, statement, 0, "begin", List.of());
            add(around, statement, of(queries, statement).size(), "commit", List.of());
        }
        return around;
    }

    private void add(Around around, PgStatement statement, int at, String sql, List<String> values)
            throws SQLException {
        CachedQuery cached = around.executor().borrowQuery(sql);
        around.borrowed().add(cached);
        ParameterList list = cached.query.createParameterList();
        for (int i = 0; i < values.size(); i++) {
            list.setStringParameter(i + 1, values.get(i), Oid.VARCHAR);
        }
        this.<Query>of(queries, statement).add(at, cached.query);
        this.<ParameterList>of(parameters, statement).add(at, list);
    }

    @SuppressWarnings("unchecked")
    private <T> List<T> of(VarHandle handle, PgStatement statement) {
        return (List<T>) handle.get(statement);
    }
}
