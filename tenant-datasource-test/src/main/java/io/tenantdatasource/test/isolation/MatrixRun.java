package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tries everything, once, and says what came of it. */
final class MatrixRun {

    private final MatrixSettings settings;
    private final Session session;
    private final Catalogue catalogue;
    private final Ownership ownership;
    private final List<Tenant> tenants;
    private final Rows rows;
    private final Diagnosis diagnosis;

    private MatrixRun(
            MatrixSettings settings,
            Session session,
            Catalogue catalogue,
            Ownership ownership,
            List<Tenant> tenants,
            Rows rows) {
        this.settings = settings;
        this.session = session;
        this.catalogue = catalogue;
        this.ownership = ownership;
        this.tenants = tenants;
        this.rows = rows;
        this.diagnosis = new Diagnosis(session, settings.organizationSetting(), tenants);
    }

    static List<Cell> of(MatrixSettings settings, Session session) throws SQLException {
        Catalogue catalogue = Catalogue.read(session, settings.users());
        NamedObjects.requireAll(settings, catalogue);
        Ownership ownership = Ownership.of(catalogue, settings);
        List<Tenant> tenants = FittingTenants.of(settings, session, catalogue, ownership);
        Rows rows = new RowGenerator(session, catalogue, ownership, settings.values()).generate(tenants);
        return new MatrixRun(settings, session, catalogue, ownership, tenants, rows).cells();
    }

    /** Something to try, on something. */
    private record Question(
            String target,
            Attempt attempt,
            Trial trial,
            Explanation explanation,
            boolean alsoOnOwn,
            List<Tenant> victims) {}

    private interface Explanation {
        Finding of(Diagnosis.Case open) throws SQLException;
    }

    /** A role asks it, for nobody or for a tenant, about a tenant's rows. */
    private record Place(Question question, Role role, Optional<Tenant> tenant, Tenant victim) {}

    private List<Cell> cells() throws SQLException {
        Map<Place, Outcome> neverTold = new LinkedHashMap<>();
        List<Place> places = places();
        for (Place place : places) {
            if (place.tenant().isEmpty()) {
                neverTold.put(place, ask(place, Actor.neverTold(place.role())));
            }
        }
        List<Cell> cells = new ArrayList<>();
        for (Place place : places) {
            cell(place, Optional.ofNullable(neverTold.get(place))).ifPresent(cells::add);
        }
        requireThatSomethingWasTried(cells);
        return cells;
    }

    /** Nothing gets through where nothing is tried, which must not look like a proof. */
    private void requireThatSomethingWasTried(List<Cell> cells) {
        if (cells.stream().allMatch(cell -> cell.verdict() == Verdict.NOT_GRANTED)) {
            throw new IllegalStateException(
                    "There is nothing to try: no role, superusers aside, owns or was granted anything"
                            + " that belongs to tenants by a column " + settings.organizationColumn() + "; tried were "
                            + catalogue.relations().stream()
                                    .map(Relation::label)
                                    .toList() + " as "
                            + catalogue.roles().stream().map(Role::name).toList());
        }
    }

    private List<Place> places() {
        List<Place> places = new ArrayList<>();
        for (Question question : questions()) {
            for (Role role : rolesFor(question)) {
                for (Tenant victim : question.victims()) {
                    for (Tenant tenant : tenants) {
                        if (!tenant.equals(victim) || (question.alsoOnOwn() && !role.owner())) {
                            places.add(new Place(question, role, Optional.of(tenant), victim));
                        }
                    }
                    places.add(new Place(question, role, Optional.empty(), victim));
                }
            }
        }
        return places;
    }

    /** Whom nothing binds would fill the matrix with what one cell says. */
    private List<Role> rolesFor(Question question) {
        return catalogue.roles().stream()
                .filter(role -> !settings.trustedRoles().contains(role.name()))
                .filter(role -> role.bypasses() == (question.attempt() == Attempt.BYPASS))
                .filter(role ->
                        question.attempt() != Attempt.BYPASS || role.name().equals(question.target()))
                .toList();
    }

    private List<Question> questions() {
        List<Question> questions = new ArrayList<>();
        catalogue.relations().stream()
                .filter(r -> !r.readByItsCaller()
                        && !settings.isGlobal(r)
                        && !settings.trusted().contains(r.label()))
                .forEach(r -> questions.addAll(r.isView() ? ofView(r) : ofTable(r)));
        catalogue.functions().stream()
                .filter(f -> !settings.trusted().contains(f.label()))
                .forEach(f -> questions.add(new Question(
                        f.label(),
                        Attempt.CALL,
                        new Calling(session, rows).of(f),
                        open -> diagnosis.ofFunction(f, open),
                        false,
                        tenants)));
        catalogue.roles().stream()
                .filter(Role::bypasses)
                .forEach(r -> questions.add(new Question(
                        r.name(),
                        Attempt.BYPASS,
                        anyTable(),
                        open -> new Finding(
                                Hole.BYPASSING_ROLE,
                                "ALTER ROLE " + Sql.identifier(r.name())
                                        + " NOSUPERUSER NOBYPASSRLS, or take it from those who work for tenants"),
                        false,
                        tenants)));
        return questions;
    }

    private List<Question> ofTable(Relation table) {
        if (!ownership.isKnown(table)) {
            return List.of(
                    new Question(table.label(), Attempt.SELECT, ofUnknownOwner(table), open -> null, false, tenants));
        }
        Writing writing = new Writing(session, ownership, rows, tenants);
        boolean ofMembers = ownership.isOfMembers(table);
        Trial select = new Reading(session, catalogue, rows).of(table);
        return List.of(
                ofTable(table, Attempt.SELECT, select, true),
                ofTable(table, Attempt.INSERT, writing.insert(table), !ofMembers && !settings.isOfMembers(table)),
                ofTable(table, Attempt.UPDATE, writing.update(table), true),
                ofTable(table, Attempt.MOVE, writing.move(table), false),
                ofTable(table, Attempt.DELETE, writing.delete(table), !ofMembers),
                ofTable(table, Attempt.UPSERT, writing.upsert(table), false));
    }

    private Question ofTable(Relation table, Attempt attempt, Trial trial, boolean alsoOnOwn) {
        return new Question(
                table.label(),
                attempt,
                trial,
                open -> open.actor().isFor(open.victim())
                        ? diagnosis.ofBlocked(table, open)
                        : diagnosis.ofTable(table, open),
                alsoOnOwn,
                rows.victims(table, tenants));
    }

    private Trial ofUnknownOwner(Relation table) {
        return (actor, victim) -> actor.role().on(table).selectable().isEmpty()
                ? Outcome.NOT_GRANTED
                : Outcome.notTried("whose its rows are is not known: it has no column "
                        + settings.organizationColumn()
                        + " and refers to no table that has one. If it is everybody's, name"
                        + " it with global(\"" + table.label() + "\")");
    }

    private List<Question> ofView(Relation view) {
        WritingThroughViews writing = new WritingThroughViews(session, rows);
        return List.of(
                ofView(view, Attempt.SELECT, new Reading(session, catalogue, rows).of(view)),
                ofView(view, Attempt.INSERT, writing.insert(view)),
                ofView(view, Attempt.UPDATE, writing.update(view)),
                ofView(view, Attempt.DELETE, writing.delete(view)));
    }

    private Question ofView(Relation view, Attempt attempt, Trial trial) {
        return new Question(view.label(), attempt, trial, open -> diagnosis.ofView(view, open), false, tenants);
    }

    private Trial anyTable() {
        return (actor, victim) -> {
            for (Relation table : catalogue.tables()) {
                if (ownership.isKnown(table)) {
                    Outcome outcome =
                            new Reading(session, catalogue, rows).of(table).by(actor, victim);
                    if (outcome.gotThrough()) {
                        return new Outcome(outcome.kind(), outcome.detail() + " of " + table.label());
                    }
                }
            }
            return Outcome.NOT_GRANTED;
        };
    }

    private Outcome ask(Place place, Actor actor) throws SQLException {
        Outcome outcome = place.question().trial().by(actor, place.victim());
        return outcome.gotThrough() ? outcome.doneAgainBy(session.scriptOfWhatWasUndoneLast()) : outcome;
    }

    private Optional<Cell> cell(Place place, Optional<Outcome> neverTold) throws SQLException {
        Actor actor = place.tenant()
                .map(tenant -> Actor.of(place.role(), tenant))
                .orElseGet(() -> Actor.toldNobody(place.role()));
        Outcome outcome = ask(place, actor);
        if (outcome.kind() == Outcome.Kind.DOES_NOT_APPLY) {
            return Optional.empty();
        }
        if (!outcome.gotThrough() && neverTold.filter(Outcome::gotThrough).isPresent()) {
            return Optional.of(cell(
                    place,
                    Verdict.OPEN,
                    Optional.of(new Finding(
                            Hole.OPEN_WITHOUT_TENANT,
                            "compare with nullif(current_setting(…, true), ''), and nothing else beside it")),
                    neverTold.get().detail() + ", while the setting has never been set",
                    neverTold.get().script()));
        }
        Verdict verdict = verdict(place, outcome);
        boolean explained = verdict == Verdict.OPEN || verdict == Verdict.BLOCKED;
        Optional<Finding> finding = explained
                ? Optional.of(place.question()
                        .explanation()
                        .of(new Diagnosis.Case(
                                place.question().trial(), place.question().attempt(), actor, place.victim())))
                : Optional.empty();
        return Optional.of(cell(
                place, verdict, finding, outcome.detail(), outcome.script().filter(script -> verdict.isFailure())));
    }

    private static Verdict verdict(Place place, Outcome outcome) {
        boolean own = place.tenant().filter(place.victim()::equals).isPresent();
        return switch (outcome.kind()) {
            case GOT_THROUGH -> own ? Verdict.WORKS : Verdict.OPEN;
            case WITHOUT_EFFECT, REFUSED -> own ? Verdict.BLOCKED : Verdict.ISOLATED;
            case NOT_GRANTED -> Verdict.NOT_GRANTED;
            case NOT_TRIED, DOES_NOT_APPLY -> Verdict.NOT_TRIED;
        };
    }

    private static Cell cell(
            Place place, Verdict verdict, Optional<Finding> finding, String detail, Optional<String> script) {
        return new Cell(
                place.question().target(),
                place.question().attempt(),
                place.role().name(),
                place.tenant().map(TenantName::of).orElse(Cell.NOBODY),
                TenantName.of(place.victim()),
                verdict,
                finding.map(Finding::hole),
                detail,
                finding.map(Finding::remedy).orElse(""),
                script);
    }
}
