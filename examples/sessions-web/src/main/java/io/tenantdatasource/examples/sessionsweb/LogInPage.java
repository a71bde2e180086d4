package io.tenantdatasource.examples.sessionsweb;

import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The first page. Spring Security answers what it sends. */
@Controller
class LogInPage {

    private final List<DemoData.DemoUser> demoUsers;

    LogInPage(ObjectProvider<DemoData> demo) {
        this.demoUsers = demo.stream().flatMap(data -> data.users().stream()).toList();
    }

    @GetMapping("/")
    String start() {
        return "redirect:/devices";
    }

    @GetMapping("/login")
    String logIn(@AuthenticationPrincipal SignedInUser user, Model model) {
        model.addAttribute("demoUsers", demoUsers);
        return user == null ? "login" : "redirect:/devices";
    }
}
