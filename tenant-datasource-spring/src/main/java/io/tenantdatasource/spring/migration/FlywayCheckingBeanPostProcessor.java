package io.tenantdatasource.spring.migration;

import org.flywaydb.core.Flyway;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Looks before Flyway migrates, which Spring Boot has it do by another bean. Not by a callback: the interface of Spring Boot 3.5's
 * Flyway and that of 4's are two, which no class can implement both.
 */
final class FlywayCheckingBeanPostProcessor implements BeanPostProcessor {

    private final ObjectProvider<MigratingRoleCheck> check;

    FlywayCheckingBeanPostProcessor(ObjectProvider<MigratingRoleCheck> check) {
        this.check = check;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof Flyway flyway && flyway.getConfiguration().getDataSource() != null) {
            check.getObject()
                    .look(
                            "Flyway",
                            flyway.getConfiguration().getDataSource(),
                            flyway.getConfiguration().getInitSql());
        }
        return bean;
    }
}
