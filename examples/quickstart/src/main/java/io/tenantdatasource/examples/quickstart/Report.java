package io.tenantdatasource.examples.quickstart;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Everything that is printed. Fits 90 columns of plain ASCII. */
final class Report {

    private static final String TABLE_ROW = "  %-26s %8s %10s %9s %12s %8s %8s";

    private final PrintWriter out;
    private int secondsOfRace;

    Report(PrintWriter out) {
        this.out = out;
    }

    void sample(String version, String server, Names names, Oracle oracle, Duration loading) {
        heading("1. An application that keeps the sessions of all its customers in one table");
        line("PostgreSQL %s, %s", version, server);
        line(
                "%,d organizations with %,d users and %,d sessions, loaded in %s",
                oracle.organizations().size(), oracle.userCount(), oracle.sessionCount(), seconds(loading));
        line("Schema: %s", names.schema());
        line("The application's user: %s, no superuser, owner of nothing", names.applicationUser());
    }

    void theft(Organization reader, Organization victim) {
        heading("2. Without tenant-datasource");
        line("Code that works for %s has got hold of a token of %s:", reader.name(), victim.name());
    }

    void access(ForeignAccess.Outcome outcome, UserSession foreign, int own) {
        line("");
        answer("How many sessions are there?", "%,d (%,d of them are its own)", outcome.seen(), own);
        answer(
                "Whose is the token " + foreign.token() + "?",
                "%s",
                outcome.lookedUp()
                        .map(visitor -> visitor.name() + ", at " + visitor.ipAddress())
                        .orElse("nobody's: no such row"));
        answer("Delete that foreign session", "%d deleted", outcome.deleted());
        answer(
                "Add a session for that foreign user",
                "%s",
                outcome.insertRefused().isPresent() ? "refused:" : "1 added");
        outcome.insertRefused().ifPresent(refusal -> line("  %s", refusal));
        if (outcome.deleted() > 0 || outcome.insertRefused().isEmpty()) {
            line("");
            line("(What was changed is rolled back.)");
        }
    }

    void migration(Names names, Duration applying) {
        heading("3. With it: a migration and a wrapped pool, the same queries on the same connections");
        line("SessionPolicies.throughUsers()");
        line("    .schema(\"%s\").role(\"%s\")", names.schema(), names.role());
        line("    .apply(owner);  // took %,d ms", applying.toMillis());
        line("DataSource dataSource = TenantDataSource.wrap(pool);");
        line("TenantContext.open(Tenant.of(organizationId));");
    }

    void raceStarts(Sizes sizes, int poolSize, Oracle oracle) {
        heading(format(
                "4. %,d threads switch between %,d organizations on %d connections for %,d s",
                sizes.threads(), oracle.organizations().size(), poolSize, sizes.seconds()));
    }

    void progress(RaceResult soFar) {
        secondsOfRace++;
        line(
                "%3d s %,12d checkouts %,12d queries %,8d foreign rows",
                secondsOfRace, soFar.checkouts(), soFar.queries(), soFar.foreign());
    }

    void race(RaceResult result) {
        line("");
        row("What each one saw", "its own", "checkouts", "queries", "rows shown", "foreign", "missing");
        row("", "sessions", "", "", "or counted", "rows", "rows");
        for (Sightings seen : result.sightings()) {
            row(
                    seen.organization().name(),
                    grouped(seen.ownSessions()),
                    grouped(seen.checkouts()),
                    grouped(seen.queries()),
                    grouped(seen.rows()),
                    grouped(seen.foreign()),
                    grouped(seen.missing()));
        }
        row(
                "All",
                grouped(result.sightings().stream()
                        .mapToLong(Sightings::ownSessions)
                        .sum()),
                grouped(result.checkouts()),
                grouped(result.queries()),
                grouped(result.rows()),
                grouped(result.foreign()),
                grouped(result.missing()));
        line("");
        line(
                "%d connections went from one organization to another %,d times.",
                result.connections(), result.handovers());
    }

    boolean verdict(boolean accessStayedAtHome, RaceResult race) {
        boolean isolated = accessStayedAtHome && race.foreign() == 0 && race.missing() == 0;
        heading(
                isolated
                        ? "Isolated: nobody saw a row of somebody else, and everybody saw all of their own"
                        : "NOT ISOLATED");
        if (!accessStayedAtHome) {
            line("With the migration, the queries of step 3 still reached another organization's rows.");
        }
        if (race.foreign() > 0) {
            line("%,d foreign rows were seen in step 4.", race.foreign());
        }
        if (race.missing() > 0) {
            line("%,d own rows were not seen in step 4.", race.missing());
        }
        return isolated;
    }

    private void heading(String text) {
        out.println();
        out.println(text);
        out.println();
    }

    private void answer(String question, String answer, Object... values) {
        line("%-40s %s", question, format(answer, values));
    }

    private void row(String... cells) {
        out.println(format(TABLE_ROW, (Object[]) cells).stripTrailing());
    }

    private void line(String text, Object... values) {
        out.println(("  " + format(text, values)).stripTrailing());
    }

    private static String grouped(long number) {
        return format("%,d", number);
    }

    private static String seconds(Duration duration) {
        return format("%.1f s", duration.toMillis() / 1000.0);
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
