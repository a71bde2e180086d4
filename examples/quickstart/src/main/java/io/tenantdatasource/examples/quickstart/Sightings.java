package io.tenantdatasource.examples.quickstart;

/** What one organization was shown: rows in all, among them foreign ones, and how many of its own it should have seen. */
record Sightings(
        Organization organization,
        int ownSessions,
        long checkouts,
        long queries,
        long rows,
        long foreign,
        long missing) {}
