package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.Tenants;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Tenants whose ids the columns can hold: those that tests use, or numbers. */
final class FittingTenants {

    private static final List<List<Tenant>> KNOWN =
            List.of(List.of(Tenants.ACME, Tenants.GLOBEX), List.of(Tenants.named("1000001"), Tenants.named("1000002")));

    private FittingTenants() {}

    static List<Tenant> of(MatrixSettings settings, Session session, Catalogue catalogue, Ownership ownership)
            throws SQLException {
        if (!settings.tenants().isEmpty()) {
            return settings.tenants();
        }
        for (List<Tenant> tenants : KNOWN) {
            if (fit(tenants, session, catalogue, ownership)) {
                return tenants;
            }
        }
        throw new IllegalStateException("Neither a UUID nor a number fits all columns that name the organization; name"
                + " tenants that do with tenants(…)");
    }

    private static boolean fit(List<Tenant> tenants, Session session, Catalogue catalogue, Ownership ownership)
            throws SQLException {
        for (Relation table : catalogue.tables()) {
            Optional<String> type =
                    ownership.column(table).flatMap(table::column).map(Column::type);
            for (Tenant tenant : tenants) {
                if (type.isPresent()
                        && !"t"
                                .equals(session.value(
                                        "select pg_temp.is_value(?, ?)", tenant.organizationId(), type.get()))) {
                    return false;
                }
            }
        }
        return true;
    }
}
