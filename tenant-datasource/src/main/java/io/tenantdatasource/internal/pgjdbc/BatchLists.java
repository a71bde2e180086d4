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

    /** A statement at the head of a batch; to be given back to the driver's cache, where it stays prepared. */
    record Head(QueryExecutor executor, CachedQuery query) implements AutoCloseable {

        @Override
        public void close() {
            executor.releaseQuery(query);
        }
    }

    /** Puts a statement before all others. */
    Head prepend(PgStatement statement, String sql, List<String> values) throws SQLException {
        QueryExecutor executor = statement.getPGConnection().getQueryExecutor();
        CachedQuery cached = executor.borrowQuery(sql);
        ParameterList list = cached.query.createParameterList();
        for (int i = 0; i < values.size(); i++) {
            list.setStringParameter(i + 1, values.get(i), Oid.VARCHAR);
        }
        this.<Query>of(queries, statement).add(0, cached.query);
        this.<ParameterList>of(parameters, statement).add(0, list);
        return new Head(executor, cached);
    }

    @SuppressWarnings("unchecked")
    private <T> List<T> of(VarHandle handle, PgStatement statement) {
        return (List<T>) handle.get(statement);
    }
}
