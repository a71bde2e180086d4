package io.tenantdatasource.internal.binding;

import java.sql.Connection;
import java.util.List;

/**
 * A borrowed connection, and what its checkout is to be bound to.
 *
 * @param physical the connection of the pool
 * @param settings what to write
 * @param values one for each of the settings
 * @param atConnect what its session was when it was seen first
 * @param unbound destroys it
 */
public record CheckedConnection(
        Connection physical, SessionSettings settings, List<String> values, AtConnect atConnect, Unbound unbound) {}
