package io.tenantdatasource.springtests.libraries;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.Tenants;
import java.util.List;
import java.util.Optional;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;

/** Names the type of the repository's sessions, which is not public. */
record Sessions<S extends Session>(FindByIndexNameSessionRepository<S> repository) {

    static Sessions<? extends Session> of(FindByIndexNameSessionRepository<? extends Session> repository) {
        return new Sessions<>(repository);
    }

    String create(String user) {
        S session = repository.createSession();
        session.setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, user);
        session.setAttribute("theme", "dark");
        repository.save(session);
        return session.getId();
    }

    Optional<String> theme(String id) {
        return Optional.ofNullable(repository.findById(id)).map(session -> session.getAttribute("theme"));
    }

    List<String> idsOf(String user) {
        return List.copyOf(repository.findByPrincipalName(user).keySet());
    }

    void changeAs(Tenant other, String id, String attribute) throws Exception {
        S session = repository.findById(id);
        session.setAttribute(attribute, "stolen");
        Tenants.as(other, () -> repository.save(session));
    }
}
