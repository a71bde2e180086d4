package io.tenantdatasource.examples.sessionsweb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;

class CookiesTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withInitializer(new ConfigDataApplicationContextInitializer())
            .withUserConfiguration(OnlyCookies.class);

    @EnableConfigurationProperties(Settings.class)
    static class OnlyCookies {}

    @Test
    void inProductionTheyAreForThisHostAndHttpsAlone() {
        application.withPropertyValues("spring.profiles.active=production").run(context -> {
            Cookies cookies = new Cookies(context.getBean(Settings.class));

            assertThat(given(cookies))
                    .startsWith("__Host-session=secret; Path=/;")
                    .contains("; Secure", "; HttpOnly");
            assertThat(csrf(cookies)).startsWith("__Host-csrf=").contains("; Path=/", "; Secure", "; HttpOnly");
        });
    }

    @Test
    void inTheDemonstrationTheyWorkOverHttp() {
        application.run(context -> {
            Cookies cookies = new Cookies(context.getBean(Settings.class));
            assertThat(given(cookies)).startsWith("session=secret; Path=/;").doesNotContain("Secure");
            assertThat(csrf(cookies)).startsWith("csrf=").doesNotContain("Secure");
        });
    }

    private static String given(Cookies cookies) {
        MockHttpServletResponse response = new MockHttpServletResponse();
        cookies.give(new SessionToken("secret"), response);
        return response.getHeader("Set-Cookie");
    }

    private static String csrf(Cookies cookies) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        MockHttpServletResponse response = new MockHttpServletResponse();
        CookieCsrfTokenRepository tokens = cookies.csrfTokens();
        tokens.saveToken(tokens.generateToken(request), request, response);
        return response.getHeader("Set-Cookie");
    }
}
