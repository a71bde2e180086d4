package io.tenantdatasource.it.pooler;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.it.Sql;
import io.tenantdatasource.test.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A table of notes of many organizations, each of which has one from the start, and an application that sees it through a
 * policy alone. The organization of a note is what the session says; whom its author meant stands beside it.
 */
final class Notes implements AutoCloseable {

    static final List<Tenant> ORGANIZATIONS = IntStream.rangeClosed(1, 20)
            .mapToObj(number -> Tenant.of(new UUID(0xA000_0000_0000_4000L, 0x8000_0000_0000_0000L | number)))
            .toList();

    private final TestDatabase database = TestDatabase.create();
    private final PGSimpleDataSource application = database.createUser("application");

    Notes() {
        database.execute("""
                create function organization() returns uuid language sql stable
                    return nullif(current_setting('app.organization_id', true), '')::uuid;
                create table note (
                    id bigint generated always as identity primary key,
                    organization uuid not null default organization(),
                    meant uuid not null);
                create index on note (organization);
                alter table note enable row level security, force row level security;
                create policy own on note using (organization = organization());
                """);
        database.execute("grant select, insert on note to " + application.getUser());
        for (Tenant tenant : ORGANIZATIONS) {
            String id = tenant.organizationId();
            database.execute("insert into note (organization, meant) values ('" + id + "', '" + id + "')");
        }
    }

    PGSimpleDataSource application() {
        return application;
    }

    /** A pool of the application, with a {@link TenantDataSource} around it. */
    TenantDataSource pool(int connections, TenantBinding binding) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(application);
        config.setMaximumPoolSize(connections);
        return TenantDataSource.builder(new HikariDataSource(config))
                .databaseCheck(false)
                .binding(binding)
                .build();
    }

    /** As the administrator, whom no policy binds. */
    long countAfterTheStart(String condition) throws SQLException {
        return Long.parseLong(
                ask("select count(*) from note where id > " + ORGANIZATIONS.size() + " and " + condition));
    }

    /** The server's processes that work for the application. */
    String serverSessions() throws SQLException {
        return ask("select string_agg(pid::text, ' ' order by pid::text) from pg_stat_activity where usename = '"
                + application.getUser() + "'");
    }

    void killServerSessions() {
        database.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = '"
                + application.getUser() + "'");
    }

    private String ask(String sql) throws SQLException {
        return Sql.query(database.administrator(), sql);
    }

    void asAdministrator(String sql) {
        database.execute(sql);
    }

    @Override
    public void close() {
        database.close();
    }
}
