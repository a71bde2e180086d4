/** Binds every PostgreSQL connection to one tenant, and ships the row-level security policies that make it count. */
module io.tenantdatasource {
    requires transitive java.sql;
    requires org.slf4j;
    requires static org.postgresql.jdbc;

    exports io.tenantdatasource;
    exports io.tenantdatasource.check;
    exports io.tenantdatasource.policy;
}
