package io.tenantdatasource.springtests;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.Tenants;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
class InvoicesController {

    private final Invoices invoices;

    InvoicesController(Invoices invoices) {
        this.invoices = invoices;
    }

    @GetMapping("/invoices")
    List<String> titles() {
        return invoices.titles();
    }

    @PostMapping("/invoices")
    void add(@RequestBody String title) {
        invoices.add(title);
    }

    /** Whom the database takes the request for. */
    @GetMapping("/organization")
    String organization() {
        return invoices.organization();
    }

    /** As an application does whose requests tell the tenant. */
    @GetMapping("/of/{organization}/organization")
    String organization(@PathVariable String organization) throws Exception {
        Tenant tenant = Tenants.named(organization);
        return TenantContext.call(tenant, invoices::organization);
    }
}
