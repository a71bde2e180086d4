package io.tenantdatasource.hibernate8;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;

/** An application of Hibernate 8 that works for the tenant of the running code. */
final class Invoices implements AutoCloseable {

    private final SessionFactory sessions;

    private Invoices(SessionFactory sessions) {
        this.sessions = sessions;
    }

    static Invoices on(DataSource dataSource) {
        return new Invoices(configuration(dataSource).buildSessionFactory());
    }

    /** As Hibernate's schema tool does it: the table, FORCE, and the policy hibernate_tenant_isolation. */
    static void createTables(DataSource owner) {
        try (SessionFactory sessions = configuration(owner).buildSessionFactory()) {
            sessions.getSchemaManager().create(false);
        }
    }

    private static Configuration configuration(DataSource dataSource) {
        Configuration configuration = new Configuration().addAnnotatedClass(Invoice.class);
        configuration.getProperties().put("hibernate.connection.datasource", dataSource);
        configuration.setCurrentTenantIdentifierResolver(new OfTheRunningCode());
        return configuration;
    }

    void add(String title) {
        sessions.inTransaction(session -> session.persist(new Invoice(title)));
    }

    List<String> titles() {
        return sessions.fromTransaction(session ->
                session.createSelectionQuery("from Invoice order by title", Invoice.class).getResultList().stream()
                        .map(Invoice::title)
                        .toList());
    }

    List<String> titlesByNativeSql() {
        return sessions.fromTransaction(
                session -> session.createNativeQuery("select title from invoices order by title", String.class)
                        .getResultList());
    }

    @Override
    public void close() {
        sessions.close();
    }

    private static final class OfTheRunningCode implements CurrentTenantIdentifierResolver<UUID> {

        /** Hibernate asks while it starts, too, and takes no null. */
        private static final UUID NOBODY = new UUID(0, 0);

        @Override
        public UUID resolveCurrentTenantIdentifier() {
            return TenantContext.current()
                    .map(Tenant::organizationId)
                    .map(UUID::fromString)
                    .orElse(NOBODY);
        }

        @Override
        public boolean validateExistingCurrentSessions() {
            return true;
        }
    }
}
