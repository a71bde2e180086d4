package io.tenantdatasource.examples.sessionsweb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.authentication;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;

import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.request.RequestPostProcessor;

/** If the library is switched off, connections are bound to nobody: the pages do not show everything, they show nothing. */
@SpringBootTest(properties = "tenant-datasource.enabled=false")
@AutoConfigureMockMvc
@TenantDatabase(memberOf = {"authenticated", "session_login"})
class WithoutTheWrapperTest {

    private static final String ANNAS_TELEPHONE = "aaaaaaaa-0000-4000-8000-000000000001";

    @Autowired
    private MockMvcTester mvc;

    @Test
    void noConnectionIsBound(@Autowired DataSource dataSource) throws SQLException {
        assertThat(dataSource.isWrapperFor(TenantDataSource.class)).isFalse();
    }

    @Test
    void myDevicesAreEmpty() {
        assertThat(mvc.get().uri("/devices").with(anna()))
                .hasStatusOk()
                .bodyText()
                .contains("Sessions of Anna: 0", "No sessions.");
    }

    @Test
    void soIsTheOrganization() {
        assertThat(mvc.get().uri("/organization").with(anna()))
                .hasStatusOk()
                .bodyText()
                .contains("Sessions of Acme: 0", "No sessions.");
    }

    @Test
    void notEvenOnesOwnSessionIsFoundOrEnded(TestDatabase database) {
        List<String> before = new Rows(database).allSessions();

        assertThat(mvc.get().uri("/tampering?id=" + ANNAS_TELEPHONE).with(anna()))
                .bodyText()
                .contains("The query found <strong>nothing</strong>");
        assertThat(mvc.post()
                        .uri("/devices/" + ANNAS_TELEPHONE + "/end")
                        .with(anna())
                        .with(csrf()))
                .hasRedirectedUrl("/devices?ended=0");

        assertThat(new Rows(database).allSessions()).isEqualTo(before).isNotEmpty();
    }

    private static RequestPostProcessor anna() {
        SignedInUser anna = new SignedInUser(
                UUID.fromString("aaaaaaaa-0000-4000-8000-00000000000a"),
                UUID.fromString("aaaaaaaa-0000-4000-8000-0000000000a1"),
                UUID.fromString(ANNAS_TELEPHONE),
                "Anna",
                "Acme",
                Role.ADMIN);
        return authentication(UsernamePasswordAuthenticationToken.authenticated(
                anna, null, List.of(anna.role().authority())));
    }
}
