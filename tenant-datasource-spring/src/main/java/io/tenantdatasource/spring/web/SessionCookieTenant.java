package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.policy.SessionLogin;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Whose session the token in a cookie is, by the login function of the database. */
final class SessionCookieTenant implements RequestTenantResolver {

    private final String cookie;
    private final SessionLogin login;
    private final Supplier<DataSource> dataSource;

    SessionCookieTenant(String cookie, SessionLogin login, Supplier<DataSource> dataSource) {
        this.cookie = cookie;
        this.login = login;
        this.dataSource = dataSource;
    }

    /** A second cookie of that name may have been planted by another host of the domain: neither is taken for the user's. */
    @Override
    public Optional<Tenant> resolve(HttpServletRequest request) {
        List<String> tokens = tokens(request);
        return tokens.size() == 1 ? lookUp(tokens.get(0)) : Optional.empty();
    }

    private List<String> tokens(HttpServletRequest request) {
        return Optional.ofNullable(request.getCookies()).stream()
                .flatMap(Stream::of)
                .filter(candidate -> candidate.getName().equals(cookie))
                .map(Cookie::getValue)
                .distinct()
                .toList();
    }

    private Optional<Tenant> lookUp(String token) {
        try {
            return login.tenantOf(unbound(dataSource.get()), token);
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "Could not look up whose session the cookie '" + cookie
                            + "' is of. The login function has to be there,"
                            + " and the data source's user a member of its role: " + e.getMessage(),
                    e);
        }
    }

    /** There is no tenant yet to bind a connection to, and none that is missing. */
    private static DataSource unbound(DataSource dataSource) throws SQLException {
        return dataSource.isWrapperFor(TenantDataSource.class)
                ? dataSource.unwrap(TenantDataSource.class).pool()
                : dataSource;
    }
}
