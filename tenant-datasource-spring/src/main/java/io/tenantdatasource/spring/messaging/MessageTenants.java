package io.tenantdatasource.spring.messaging;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a message says of its tenant, and the scope that it is listened to in. */
final class MessageTenants {

    private static final Logger LOG = LoggerFactory.getLogger(MessageTenants.class);

    private final String organization;
    private final String user;
    private final Supplier<Optional<Tenant>> current;

    /**
     * Creates it.
     *
     * @param organization the name of the organization's header
     * @param user the name of the user's header
     * @param current for whom a data source would take the running code
     */
    MessageTenants(String organization, String user, Supplier<Optional<Tenant>> current) {
        this.organization = organization;
        this.user = user;
        this.current = current;
    }

    /** The headers of one message. */
    interface Headers {

        /**
         * Returns a value.
         *
         * @return the value, or null if there is none
         * @throws TenantHeaderException if it is no single text
         */
        String get(String name);

        void add(String name, String value);
    }

    /**
     * Writes the running code's tenant into a message that is about to be sent. Without one it leaves what is there: a dead letter,
     * which a container sends on its own, keeps the tenant that it has.
     *
     * @throws IllegalStateException if the message names another one
     */
    void tell(Headers headers) {
        Optional<Tenant> tenant = current.get();
        if (tenant.isEmpty()) {
            return;
        }
        Optional<Tenant> named = read(headers);
        if (named.isEmpty()) {
            headers.add(organization, tenant.get().organizationId());
            if (tenant.get().userId() != null) {
                headers.add(user, tenant.get().userId());
            }
        } else if (!named.equals(tenant)) {
            throw new IllegalStateException(
                    "A message names another tenant, in its headers " + organization + " and " + user
                            + ", than the one that the running code works for, so it was not sent; remove them, or send it in a scope"
                            + " of that tenant");
        }
    }

    /**
     * Returns the tenant that a message names.
     *
     * @return the tenant, or empty if it names none
     * @throws TenantHeaderException if it is none that a message can name
     */
    Optional<Tenant> read(Headers headers) {
        String organizationId = headers.get(organization);
        String userId = headers.get(user);
        if (organizationId == null && userId != null) {
            throw new TenantHeaderException("A message has the header " + user + ", but not " + organization);
        }
        if (organizationId == null) {
            return Optional.empty();
        }
        requireId(organization, organizationId);
        if (userId != null) {
            requireId(user, userId);
        }
        return Optional.of(new Tenant(organizationId, userId));
    }

    private static void requireId(String name, String id) {
        if (id.isBlank() || !id.equals(id.strip()) || id.codePoints().anyMatch(MessageTenants::isNoCharacter)) {
            throw new TenantHeaderException(
                    "The header " + name + " of a message does not hold text without spaces around it"
                            + " or control characters in it, and not blank");
        }
    }

    private static boolean isNoCharacter(int codePoint) {
        return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
    }

    /**
     * Works for the tenant of a message, or for none, whatever the thread has worked for.
     *
     * @throws IllegalStateException if a resolver of the application's tells another one, for whom the listener would work
     */
    TenantContext.Scope open(Optional<Tenant> tenant) {
        if (tenant.isEmpty()) {
            LOG.debug("A message has no header {}, so its listener works for no tenant", organization);
        }
        TenantContext.Scope scope = tenant.map(TenantContext::open).orElseGet(TenantContext::openWithoutTenant);
        try {
            requireToWorkFor(tenant);
            return scope;
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    private void requireToWorkFor(Optional<Tenant> tenant) {
        if (!current.get().equals(tenant)) {
            throw new IllegalStateException(
                    "The application's TenantResolver tells another tenant than the message whose"
                            + " listener is to run, so it did not run; let the resolver ask TenantContext.current() first");
        }
    }
}
