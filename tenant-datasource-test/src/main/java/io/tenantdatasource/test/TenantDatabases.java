package io.tenantdatasource.test;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The templates of a JVM, each made when a test class first asks for it. Knows nothing of JUnit. Safe for use by several
 * threads.
 *
 * <p>A server that ends with the JVM takes its templates along. From one that does not, they are dropped when the last user
 * has gone: engines may run in each other, and within a JVM one after another.
 */
final class TenantDatabases {

    private static final TenantDatabases OF_THIS_JVM = new TenantDatabases(SharedServers.ofThisJvm());

    private final SharedServers servers;
    private final Map<DatabaseRequest, Once<DatabaseTemplate>> templates = new HashMap<>();
    private int users;

    TenantDatabases(SharedServers servers) {
        this.servers = servers;
    }

    static TenantDatabases ofThisJvm() {
        return OF_THIS_JVM;
    }

    /** To be closed when no more databases will be asked for, and all that were are closed. */
    synchronized Use use() {
        users++;
        return new Use();
    }

    private synchronized Once<DatabaseTemplate> template(DatabaseRequest request) {
        return templates.computeIfAbsent(request, asked -> new Once<>(() -> asked.makeTemplate(servers)));
    }

    private synchronized void release() {
        users--;
        if (users == 0) {
            templates.values().removeIf(TenantDatabases::dropped);
        }
    }

    private static boolean dropped(Once<DatabaseTemplate> template) {
        Optional<DatabaseTemplate> left = template.made().filter(made -> !made.endsWithTheJvm());
        left.ifPresent(DatabaseTemplate::close);
        return left.isPresent();
    }

    /** The time in which somebody asks for databases. */
    final class Use implements AutoCloseable {

        private boolean closed;

        private Use() {}

        /**
         * Copies the template of that request, making it if need be.
         *
         * @throws IllegalStateException if there is no server, or the schema cannot be made
         */
        TestDatabase copy(DatabaseRequest request) {
            return template(request).get().copy();
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                release();
            }
        }
    }
}
