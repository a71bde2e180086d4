/** Binds every PostgreSQL connection to one tenant, and ships the row-level security policies that make it count. */
@SuppressWarnings("module") // the fixtures are compiled later
module io.tenantdatasource {
    requires transitive java.sql;
    requires org.slf4j;
    requires static org.postgresql.jdbc;

    exports io.tenantdatasource;
    exports io.tenantdatasource.check;
    exports io.tenantdatasource.policy;
    exports io.tenantdatasource.internal.sql to
            io.tenantdatasource.test;
}
