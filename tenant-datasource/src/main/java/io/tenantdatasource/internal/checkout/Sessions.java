package io.tenantdatasource.internal.checkout;

import io.tenantdatasource.internal.binding.KnownSessions;
import io.tenantdatasource.internal.binding.SessionSettings;

/**
 * The server's sessions, as one data source knows them.
 *
 * @param settings what is written to them
 * @param known what each was at connect
 * @param inUse those whose connections are checked out
 */
record Sessions(SessionSettings settings, KnownSessions known, ServerSessions inUse) {}
