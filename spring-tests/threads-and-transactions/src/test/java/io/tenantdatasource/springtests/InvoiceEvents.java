package io.tenantdatasource.springtests;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/** Writes another invoice when one was committed. */
@Component
class InvoiceEvents {

    /** An invoice that was written. */
    record Added(String title) {}

    private final Invoices invoices;

    InvoiceEvents(Invoices invoices) {
        this.invoices = invoices;
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    @Transactional(propagation = Propagation.REQUIRES_NEW)
    public void remind(Added invoice) {
        invoices.add("reminder of " + invoice.title());
    }
}
