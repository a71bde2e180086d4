package io.tenantdatasource.examples.sessionsweb;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.util.List;
import java.util.UUID;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * All sessions of the organization, for its administrators. The request works for one user; here each query works for the
 * whole organization instead, on a connection of its own. Not in a transaction: that keeps its tenant to its end.
 */
@Controller
class OrganizationPage {

    private final UserSessions sessions;

    OrganizationPage(UserSessions sessions) {
        this.sessions = sessions;
    }

    @GetMapping("/organization")
    String search(@AuthenticationPrincipal SignedInUser user, @RequestParam(defaultValue = "") String text, Model model)
            throws Exception {
        List<UserSession> found = TenantContext.call(wholeOrganization(user), () -> sessions.search(storable(text)));
        model.addAttribute("text", text);
        model.addAttribute("sessions", found);
        return "organization";
    }

    /** PostgreSQL has no text with a NUL in it. */
    private static String storable(String text) {
        return text.replace("\0", "").strip();
    }

    @PostMapping("/organization/sessions/{id}/end")
    String end(@AuthenticationPrincipal SignedInUser user, @PathVariable UUID id) throws Exception {
        int ended = TenantContext.call(wholeOrganization(user), () -> sessions.end(id));
        return "redirect:/organization?ended=" + ended;
    }

    private static Tenant wholeOrganization(SignedInUser user) {
        return Tenant.of(user.organizationId());
    }
}
