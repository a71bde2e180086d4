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
            case OF_TRANSACTION, DURING_CHECKOUT -> {
                bound = true; // until the session is reset, if it has to be
                yield Moment.BIND;
            }
            case OF_RETURN -> {
                bound = false;
                yield Moment.RESET;
            }
            case AT_EITHER_END, NONE -> Moment.OTHER;
        };
    }
}
