package io.tenantdatasource.test;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/** Tenants with names, whose ids are the same in each run, and a way to work for one of them for a moment. */
public final class Tenants {

    /** Before the constants that are made with it. */
    private static final Pattern ID = Pattern.compile("[0-9]+|\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    /** The organization {@code acme}. */
    public static final Tenant ACME = named("acme");

    /** The organization {@code globex}. */
    public static final Tenant GLOBEX = named("globex");

    private Tenants() {}

    /**
     * Returns an organization as a whole.
     *
     * @param organization a UUID or a whole number, which is its id, or a name, which stands for a UUID of its own
     * @return the tenant
     */
    public static Tenant named(String organization) {
        return Tenant.of(idOf("organization", organization));
    }

    /**
     * Returns one user of an organization.
     *
     * @param organization an id or a name
     * @param user an id or a name, which stands for a UUID of its own, whatever the organization
     * @return the tenant
     */
    public static Tenant named(String organization, String user) {
        return named(organization).withUser(user(user));
    }

    /**
     * Returns a user's id.
     *
     * @param user an id or a name
     * @return a UUID's text, or the number
     */
    public static String user(String user) {
        return idOf("user", user);
    }

    /** Of version 3, so that equal names are equal ids, wherever they are made. */
    private static String idOf(String kind, String nameOrId) {
        Objects.requireNonNull(nameOrId, () -> kind + " is null");
        if (nameOrId.isBlank()) {
            throw new IllegalArgumentException("The name of the " + kind + " is blank; give it one");
        }
        return ID.matcher(nameOrId).matches()
                ? nameOrId
                : UUID.nameUUIDFromBytes((kind + " " + nameOrId).getBytes(StandardCharsets.UTF_8))
                        .toString();
    }

    /**
     * What a test does for a tenant.
     *
     * @param <E> what it throws
     */
    @FunctionalInterface
    public interface Task<E extends Exception> {

        /**
         * Does it.
         *
         * @throws E if it fails
         */
        void run() throws E;
    }

    /**
     * Works for a tenant, then for the one that was there before, also if {@code task} fails.
     *
     * @param tenant the tenant
     * @param task what to do
     * @param <E> what it throws
     * @throws E what {@code task} threw
     */
    public static <E extends Exception> void as(Tenant tenant, Task<E> task) throws E {
        try (TenantContext.Scope scope = TenantContext.open(tenant)) {
            task.run();
        }
    }

    /**
     * Works for a tenant, then for the one that was there before, also if {@code task} fails.
     *
     * @param tenant the tenant
     * @param task what to ask
     * @param <T> the type of the answer
     * @return the answer
     * @throws Exception what {@code task} threw
     */
    public static <T> T as(Tenant tenant, Callable<T> task) throws Exception {
        return TenantContext.call(tenant, task);
    }
}
