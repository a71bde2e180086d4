package io.tenantdatasource.spring.web;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the first refused request as a warning. The others are a stranger's to multiply, so they are for debugging. */
final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private final AtomicBoolean warned = new AtomicBoolean();

    void log(RefusedRequestException refusal) {
        if (warned.compareAndSet(false, true)) {
            LOG.warn("Refused a request with 403: {}. Further ones are logged at DEBUG", refusal.getMessage());
        } else {
            LOG.debug("Refused a request with 403: {}", refusal.getMessage());
        }
    }
}
