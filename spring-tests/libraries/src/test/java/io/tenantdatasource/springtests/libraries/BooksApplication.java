package io.tenantdatasource.springtests.libraries;

import jakarta.servlet.http.HttpSession;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.session.config.SessionRepositoryCustomizer;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** One application that uses all of them, over one pool. */
@SpringBootApplication
class BooksApplication {

    /** The scheduler that cleans up works for no tenant, so a DELETE of its own would find nothing. */
    @Bean
    SessionRepositoryCustomizer<JdbcIndexedSessionRepository> cleanUpOfAllTenants() {
        return sessions -> sessions.setDeleteSessionsByExpiryTimeQuery("call spring_session_clean_up(?)");
    }

    @RestController
    static class Visits {

        /** Counts those of a session. */
        @PostMapping("/visits")
        String visit(HttpSession session) {
            Integer before = (Integer) session.getAttribute("visits");
            int visits = before == null ? 1 : before + 1;
            session.setAttribute("visits", visits);
            return Integer.toString(visits);
        }
    }
}
