package io.tenantdatasource.examples.sessionsweb;

import java.util.UUID;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** My devices. */
@Controller
class DevicesPage {

    private final UserSessions sessions;

    DevicesPage(UserSessions sessions) {
        this.sessions = sessions;
    }

    @GetMapping("/devices")
    String devices(Model model) {
        model.addAttribute("sessions", sessions.all());
        return "devices";
    }

    @PostMapping("/devices/{id}/end")
    String end(@PathVariable UUID id) {
        return "redirect:/devices?ended=" + sessions.end(id);
    }
}
