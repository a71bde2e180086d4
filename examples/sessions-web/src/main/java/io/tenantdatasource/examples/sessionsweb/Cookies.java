package io.tenantdatasource.examples.sessionsweb;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.stereotype.Component;
import org.springframework.web.util.WebUtils;

/** The two cookies there are: whose browser this is, and the proof that a form is ours. Neither is there for scripts. */
@Component
final class Cookies {

    private final boolean secure;
    private final Duration lifetime;

    Cookies(Settings settings) {
        this.secure = settings.cookies().secure();
        this.lifetime = Duration.ofDays(settings.lifetimeDays());
    }

    Optional<SessionToken> token(HttpServletRequest request) {
        return Optional.ofNullable(WebUtils.getCookie(request, sessionName()))
                .map(Cookie::getValue)
                .map(SessionToken::new);
    }

    void give(SessionToken token, HttpServletResponse response) {
        set(response, token.value(), lifetime);
    }

    void takeBack(HttpServletResponse response) {
        set(response, "", Duration.ZERO);
    }

    /** Lax, so that a link in a mail leads to the page and not to the log-in; nothing is changed by a link. */
    private void set(HttpServletResponse response, String value, Duration maxAge) {
        ResponseCookie cookie = ResponseCookie.from(sessionName(), value)
                .path("/")
                .httpOnly(true)
                .secure(secure)
                .sameSite("Lax")
                .maxAge(maxAge)
                .build();
        response.addHeader(HttpHeaders.SET_COOKIE, cookie.toString());
    }

    CookieCsrfTokenRepository csrfTokens() {
        CookieCsrfTokenRepository tokens = new CookieCsrfTokenRepository();
        tokens.setCookieName(prefixed("csrf"));
        tokens.setCookiePath("/");
        tokens.setCookieCustomizer(
                cookie -> cookie.httpOnly(true).secure(secure).sameSite("Strict"));
        return tokens;
    }

    private String sessionName() {
        return prefixed("session");
    }

    /** Browsers let nobody set a cookie with this prefix but this very host, over HTTPS. */
    private String prefixed(String name) {
        return secure ? "__Host-" + name : name;
    }
}
