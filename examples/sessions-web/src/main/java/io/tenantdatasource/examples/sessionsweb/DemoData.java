package io.tenantdatasource.examples.sessionsweb;

import java.util.List;
import java.util.UUID;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** What {@code db/demo} has written, for pages to print. There only in the profile {@code demo}, as is that data. */
@Component
@Profile("demo")
final class DemoData {

    record DemoUser(String name, String organization, String role, String email, String password) {}

    record DemoSession(UUID id, String whose) {}

    List<DemoUser> users() {
        return List.of(
                new DemoUser("Anna", "Acme", "administrator", "anna@acme.example", "anvils-and-rockets"),
                new DemoUser("Ben", "Acme", "user", "ben@acme.example", "birdseed-by-post"),
                new DemoUser("Greta", "Globex", "administrator", "greta@globex.example", "weather-on-demand"),
                new DemoUser("Gus", "Globex", "user", "gus@globex.example", "hammocks-for-all"));
    }

    List<DemoSession> sessions() {
        return List.of(
                new DemoSession(UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001"), "Anna's telephone, Acme"),
                new DemoSession(UUID.fromString("aaaaaaaa-0000-4000-8000-000000000002"), "Ben's laptop, Acme"),
                new DemoSession(UUID.fromString("99999999-0000-4000-8000-000000000001"), "Greta's tablet, Globex"),
                new DemoSession(UUID.fromString("99999999-0000-4000-8000-000000000002"), "Gus's laptop, Globex"));
    }
}
