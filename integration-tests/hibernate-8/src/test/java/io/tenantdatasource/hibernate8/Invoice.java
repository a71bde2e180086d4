package io.tenantdatasource.hibernate8;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.hibernate.annotations.TenantId;

/** An entity whose table Hibernate makes, with a policy. */
@Entity
@Table(name = "invoices")
class Invoice {

    @Id
    private UUID id = UUID.randomUUID();

    /** Read and written by Hibernate alone. */
    @TenantId
    @Column(name = "organization_id")
    @SuppressWarnings("unused")
    private UUID organizationId;

    private String title;

    Invoice() {}

    Invoice(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
