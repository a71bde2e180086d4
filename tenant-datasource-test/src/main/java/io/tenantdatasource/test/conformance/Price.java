package io.tenantdatasource.test.conformance;

import java.util.OptionalInt;

/**
 * What one query costs from {@code getConnection()} to {@code close()}, in round trips that were counted on the wire. The pool's
 * own are among them: on HikariCP, with no wrapper at all, a query in autocommit is one, and one in a transaction two.
 *
 * @param inAutocommit the round trips of one SELECT in autocommit; empty if it did not run for the tenant
 * @param inTransaction the round trips of one SELECT in a transaction that is committed; empty if it did not run for the tenant
 */
public record Price(OptionalInt inAutocommit, OptionalInt inTransaction) {}
