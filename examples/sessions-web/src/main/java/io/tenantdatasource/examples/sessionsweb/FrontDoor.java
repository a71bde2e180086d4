package io.tenantdatasource.examples.sessionsweb;

import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.Tenant;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.stereotype.Component;

/**
 * The two questions that have to be answered before it is known for which organization a request works: whose a token is,
 * and whose an e-mail address is. Each is a function of the database that answers with one row at most. They go to the
 * bare pool, since there is no tenant to bind yet.
 */
@Component
final class FrontDoor implements UserDetailsService {

    private final DataSource pool;

    FrontDoor(DataSource dataSource) throws SQLException {
        this.pool = dataSource.unwrap(HikariDataSource.class);
    }

    Optional<Tenant> tenantOf(SessionToken token) {
        try {
            return Protection.LOGIN.tenantOf(pool, token.value());
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("Could not look up whose session a token is", e);
        }
    }

    @Override
    public Account loadUserByUsername(String email) {
        return account(email).orElseThrow(() -> new UsernameNotFoundException("There is no such user"));
    }

    private Optional<Account> account(String email) {
        try {
            return Protection.BY_EMAIL
                    .find(pool, email)
                    .map(row -> new Account(
                            row.get("id", UUID.class),
                            row.get("organization_id", UUID.class),
                            row.text("password_hash"),
                            Role.valueOf(row.text("role"))));
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("Could not look up whose an e-mail address is", e);
        }
    }
}
