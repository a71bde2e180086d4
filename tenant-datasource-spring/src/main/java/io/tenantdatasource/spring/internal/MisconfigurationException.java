package io.tenantdatasource.spring.internal;

/** The application does not start, as it is configured: what is wrong, and what to do about it. */
public final class MisconfigurationException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** What is wrong, and where. */
    private final String description;

    /** What to do. */
    private final String action;

    /**
     * Says both in whole sentences.
     *
     * @param description what is wrong, and where
     * @param action what to do
     */
    public MisconfigurationException(String description, String action) {
        this(description, action, null);
    }

    /**
     * Says both in whole sentences.
     *
     * @param description what is wrong, and where
     * @param action what to do
     * @param cause what found it; null if nothing did
     */
    public MisconfigurationException(String description, String action, Throwable cause) {
        super(description + " " + action, cause);
        this.description = description;
        this.action = action;
    }

    String description() {
        return description;
    }

    String action() {
        return action;
    }
}
