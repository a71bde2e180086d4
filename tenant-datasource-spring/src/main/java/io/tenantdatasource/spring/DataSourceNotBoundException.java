package io.tenantdatasource.spring;

/** A data source bean could not be made to bind its connections, so the application does not start. */
final class DataSourceNotBoundException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String beanName;

    DataSourceNotBoundException(String beanName, Throwable cause) {
        super(
                "Could not make the data source '" + beanName + "' bind its connections to a tenant: "
                        + cause.getMessage()
                        + ". If it stands before other data sources, declare those as beans, so that"
                        + " each is bound; to leave this one as it is, name it in " + TenantDataSourceProperties.PREFIX
                        + ".exclude",
                cause);
        this.beanName = beanName;
    }

    String beanName() {
        return beanName;
    }
}
