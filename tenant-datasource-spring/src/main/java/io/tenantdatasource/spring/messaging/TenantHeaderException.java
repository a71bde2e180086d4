package io.tenantdatasource.spring.messaging;

/**
 * A message names a tenant in a way that is not to be understood, or a batch names several, so the listener was not called. Goes to
 * the container's error handler, like what a listener throws. Trying again does not help: have the handler give up on it at once.
 */
public final class TenantHeaderException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Refuses a message.
     *
     * @param message what is wrong, without any value that the message brought
     */
    public TenantHeaderException(String message) {
        super(message);
    }
}
