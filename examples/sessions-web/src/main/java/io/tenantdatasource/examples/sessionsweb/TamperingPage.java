package io.tenantdatasource.examples.sessionsweb;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Asks for any session that one likes, and tries to end it: with the queries of the other pages, and no check before. */
@Controller
class TamperingPage {

    private final UserSessions sessions;
    private final List<DemoData.DemoSession> suggestions;

    TamperingPage(UserSessions sessions, ObjectProvider<DemoData> demo) {
        this.sessions = sessions;
        this.suggestions =
                demo.stream().flatMap(data -> data.sessions().stream()).toList();
    }

    @ModelAttribute
    void everywhere(Model model) {
        model.addAttribute("suggestions", suggestions);
        model.addAttribute("select", UserSessions.BY_ID);
        model.addAttribute("delete", UserSessions.END);
    }

    @GetMapping("/tampering")
    String look(@RequestParam(defaultValue = "") String id, Model model) {
        model.addAttribute("id", id);
        parsed(id)
                .ifPresentOrElse(
                        session -> {
                            model.addAttribute("asked", true);
                            model.addAttribute("found", sessions.find(session).orElse(null));
                        },
                        () -> model.addAttribute("malformed", !id.isBlank()));
        return "tampering";
    }

    @PostMapping("/tampering")
    String end(@RequestParam UUID id) {
        return "redirect:/tampering?id=" + id + "&ended=" + sessions.end(id);
    }

    private static Optional<UUID> parsed(String id) {
        try {
            return Optional.of(UUID.fromString(id.strip()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
