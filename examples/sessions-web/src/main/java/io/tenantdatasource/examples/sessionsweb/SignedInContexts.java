package io.tenantdatasource.examples.sessionsweb;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.HttpRequestResponseHolder;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.stereotype.Component;

/**
 * Where Spring Security keeps who is logged in: in {@code user_sessions}, by a cookie with a token, and in no HttpSession.
 * It loads a context for each request, saves one after a log-in, and saves an empty one after a log-out.
 */
@Component
final class SignedInContexts implements SecurityContextRepository {

    private final SignedInUsers users;
    private final Cookies cookies;

    SignedInContexts(SignedInUsers users, Cookies cookies) {
        this.users = users;
        this.cookies = cookies;
    }

    @Override
    @SuppressWarnings("deprecation") // The interface has no other way yet to say this.
    public SecurityContext loadContext(HttpRequestResponseHolder exchange) {
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        signedIn(exchange.getRequest()).map(SignedInContexts::authentication).ifPresent(context::setAuthentication);
        return context;
    }

    private Optional<SignedInUser> signedIn(HttpServletRequest request) {
        return cookies.token(request).flatMap(token -> users.continued(token, request.getRemoteAddr()));
    }

    private static Authentication authentication(SignedInUser user) {
        return UsernamePasswordAuthenticationToken.authenticated(
                user, null, List.of(user.role().authority()));
    }

    /** What the browser had ends in either case: a token that somebody has planted there is not adopted. */
    @Override
    public void saveContext(SecurityContext context, HttpServletRequest request, HttpServletResponse response) {
        cookies.token(request).ifPresent(users::end);
        if (context.getAuthentication() == null) {
            cookies.takeBack(response);
        } else if (context.getAuthentication().getPrincipal() instanceof Account account) {
            cookies.give(begin(account, request), response);
        }
    }

    private SessionToken begin(Account account, HttpServletRequest request) {
        return users.begin(account, request.getRemoteAddr(), request.getHeader(HttpHeaders.USER_AGENT));
    }

    @Override
    public boolean containsContext(HttpServletRequest request) {
        return cookies.token(request).isPresent();
    }
}
