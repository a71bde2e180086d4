package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import java.sql.SQLException;

/** One attempt, to be made by anybody on anybody; leaves nothing behind. */
interface Trial {

    Outcome by(Actor actor, Tenant victim) throws SQLException;
}
