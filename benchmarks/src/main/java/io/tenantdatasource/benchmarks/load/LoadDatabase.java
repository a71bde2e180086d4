package io.tenantdatasource.benchmarks.load;

import io.tenantdatasource.test.TestDatabase;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** Two tables of the same rows, ten for each organization: one with row security, and one without. */
final class LoadDatabase implements AutoCloseable {

    static final int ROWS = 10;

    private final TestDatabase database = TestDatabase.create();
    private final PGSimpleDataSource user = database.createUser("app");
    private final List<String> organizations;

    LoadDatabase(int tenants) {
        this.organizations = IntStream.range(0, tenants)
                .mapToObj(i -> new UUID(0x10adL, i).toString())
                .toList();
        for (String table : Stream.of(Way.values()).map(Way::table).distinct().toList()) {
            create(table);
        }
        database.execute("alter table item enable row level security; alter table item force row level security;"
                + " create policy of_organization on item"
                + " using (org = nullif(current_setting('app.organization_id', true), '')::uuid)");
    }

    private void create(String table) {
        database.execute("create table " + table + " (id bigint generated always as identity primary key,"
                + " org uuid not null, amount int not null);"
                + " insert into " + table + " (org, amount) select org, n from unnest(array['"
                + String.join("','", organizations) + "']::uuid[]) org, generate_series(1, " + ROWS + ") n;"
                + " create index on " + table + " (org);"
                + " grant all on " + table + " to public");
    }

    PGSimpleDataSource user() {
        return user;
    }

    List<String> organizations() {
        return organizations;
    }

    @Override
    public void close() {
        database.close();
    }
}
