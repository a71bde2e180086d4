package io.tenantdatasource.test.wire;

/**
 * Finds the moments at which a {@code TenantDataSource} binds and resets one connection. The statement that does it for the
 * session is the same, so what has gone before tells which it is.
 */
final class BindingMoments {

    enum Moment {
        BIND,
        RESET,
        OTHER
    }

    private boolean bound;

    Moment next(SentStatement statement) {
        return switch (SettingStatement.of(statement.sql())) {
            case OF_SESSION -> {
                bound = !bound;
                yield bound ? Moment.BIND : Moment.RESET;
            }
            case OF_TRANSACTION ->
                statement.hasParameter(SettingStatement.CHECKED_VALUE) ? Moment.OTHER : bindsFromNowOn();
            case DURING_CHECKOUT -> bindsFromNowOn();
            case OF_CHECK, NONE -> Moment.OTHER;
        };
    }

    /** Until the session is reset, if it has to be: what comes next for the session is no binding at least. */
    private Moment bindsFromNowOn() {
        bound = true;
        return Moment.BIND;
    }
}
