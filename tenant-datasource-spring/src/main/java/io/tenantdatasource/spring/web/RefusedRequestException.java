package io.tenantdatasource.spring.web;

/** A request names a tenant in a way that is not to be trusted or not to be understood. It is answered with 403. */
public final class RefusedRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Refuses.
     *
     * @param message what is wrong, for the log; without any value that the request brought
     */
    public RefusedRequestException(String message) {
        super(message);
    }

    /** The same for an organization that does not exist. */
    static RefusedRequestException notAMember() {
        return new RefusedRequestException(
                "Whoever is authenticated is no member of the organization that the request is for");
    }
}
