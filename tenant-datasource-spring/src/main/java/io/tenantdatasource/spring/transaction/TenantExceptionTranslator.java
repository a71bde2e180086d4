package io.tenantdatasource.spring.transaction;

import io.tenantdatasource.MissingTenantException;
import io.tenantdatasource.TenantSwitchException;
import java.sql.SQLException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.jdbc.support.SQLExceptionTranslator;

/** By their SQLState, Spring would take refusals for mistakes in the SQL. Knows these, and leaves the rest to others. */
final class TenantExceptionTranslator implements SQLExceptionTranslator {

    @Override
    public DataAccessException translate(String task, String sql, SQLException failure) {
        return failure instanceof TenantSwitchException || failure instanceof MissingTenantException
                ? new PermissionDeniedDataAccessException(task + "; " + failure.getMessage(), failure)
                : null;
    }
}
