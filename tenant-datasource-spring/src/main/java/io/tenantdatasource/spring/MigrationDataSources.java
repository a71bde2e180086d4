package io.tenantdatasource.spring;

import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.util.ClassUtils;

/**
 * The data sources that Flyway and Liquibase were given for themselves. Migrations run as the owner of the tables and for
 * no tenant: a bound one would show them no rows.
 */
final class MigrationDataSources {

    /** Known by name, as they are in one package in Spring Boot 3.5 and in another one in 4. */
    static final List<String> QUALIFIERS = List.of(
            "org.springframework.boot.flyway.autoconfigure.FlywayDataSource",
            "org.springframework.boot.liquibase.autoconfigure.LiquibaseDataSource",
            "org.springframework.boot.autoconfigure.flyway.FlywayDataSource",
            "org.springframework.boot.autoconfigure.liquibase.LiquibaseDataSource");

    private final ConfigurableListableBeanFactory beans;
    private final List<Class<? extends Annotation>> qualifiers;

    MigrationDataSources(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
        this.qualifiers = QUALIFIERS.stream()
                .flatMap(name -> annotation(name, beans.getBeanClassLoader()))
                .toList();
    }

    /**
     * Tells whether a bean is for migrations.
     *
     * @throws IllegalStateException if the application gets it too, where it asks for any {@code DataSource}: left as it is,
     *     it would show everybody's rows
     */
    boolean contains(String beanName) {
        if (!isQualified(beanName)) {
            return false;
        }
        if (isPrimary(beanName) || (isDefaultCandidate(beanName) && isTheOnlyOneForTheApplication())) {
            throw new IllegalStateException(
                    "it is the data source of migrations, and what the application gets where it asks for a DataSource."
                            + " Declare one for the application, which connects as another user, and this one as"
                            + " @Bean(defaultCandidate = false)");
        }
        return true;
    }

    private boolean isQualified(String beanName) {
        return qualifiers.stream().anyMatch(type -> beans.findAnnotationOnBean(beanName, type, false) != null);
    }

    private boolean isTheOnlyOneForTheApplication() {
        return Arrays.stream(beans.getBeanNamesForType(DataSource.class, true, false))
                .noneMatch(name -> !isQualified(name) && isDefaultCandidate(name));
    }

    private boolean isPrimary(String beanName) {
        return beans.containsBeanDefinition(beanName) && definition(beanName).isPrimary();
    }

    private boolean isDefaultCandidate(String beanName) {
        if (!beans.containsBeanDefinition(beanName)) {
            return true;
        }
        BeanDefinition definition = definition(beanName);
        return definition.isAutowireCandidate()
                && !(definition instanceof AbstractBeanDefinition own && !own.isDefaultCandidate());
    }

    private BeanDefinition definition(String beanName) {
        return beans.getMergedBeanDefinition(beanName);
    }

    private static Stream<Class<? extends Annotation>> annotation(String name, ClassLoader loader) {
        return ClassUtils.isPresent(name, loader)
                ? Stream.of(ClassUtils.resolveClassName(name, loader).asSubclass(Annotation.class))
                : Stream.empty();
    }
}
