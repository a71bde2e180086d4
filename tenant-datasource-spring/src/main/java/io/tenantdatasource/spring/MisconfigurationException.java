package io.tenantdatasource.spring;

/** The application cannot start as it is configured: what is wrong, and what to do about it. */
final class MisconfigurationException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String action;

    MisconfigurationException(String problem, String action, Throwable cause) {
        super(problem + ". " + action, cause);
        this.problem = problem;
        this.action = action;
    }

    String problem() {
        return problem;
    }

    String action() {
        return action;
    }
}
