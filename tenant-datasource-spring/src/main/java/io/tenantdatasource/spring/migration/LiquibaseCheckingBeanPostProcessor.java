package io.tenantdatasource.spring.migration;

import liquibase.integration.spring.SpringLiquibase;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Looks before Liquibase migrates, which it does while its bean is initialized. */
final class LiquibaseCheckingBeanPostProcessor implements BeanPostProcessor {

    private final ObjectProvider<MigratingRoleCheck> check;

    LiquibaseCheckingBeanPostProcessor(ObjectProvider<MigratingRoleCheck> check) {
        this.check = check;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (bean instanceof SpringLiquibase liquibase && liquibase.getDataSource() != null) {
            check.getObject().look("Liquibase", liquibase.getDataSource(), null);
        }
        return bean;
    }
}
