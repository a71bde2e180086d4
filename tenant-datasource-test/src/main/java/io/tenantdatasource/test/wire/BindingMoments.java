package io.tenantdatasource.test.wire;

/** Finds the moments at which a {@code TenantDataSource} binds and resets one connection. */
final class BindingMoments {

    enum Moment {
        BIND,
        RESET,
        OTHER
    }

    Moment next(SentStatement statement) {
        return switch (SettingStatement.of(statement.sql())) {
            case OF_SESSION, OF_TRANSACTION, DURING_CHECKOUT -> Moment.BIND;
            case OF_RETURN -> Moment.RESET;
            case AT_EITHER_END, NONE -> Moment.OTHER;
        };
    }
}
