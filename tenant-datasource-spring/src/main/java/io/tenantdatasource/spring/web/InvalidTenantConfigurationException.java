package io.tenantdatasource.spring.web;

/** The application's configuration does not tell, or must not tell, the tenant of a request. It does not start. */
final class InvalidTenantConfigurationException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String description;
    private final String action;

    InvalidTenantConfigurationException(String description, String action) {
        super(description + " " + action);
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
