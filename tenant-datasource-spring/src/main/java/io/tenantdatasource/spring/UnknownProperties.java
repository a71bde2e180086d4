package io.tenantdatasource.spring;

import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.lang.reflect.RecordComponent;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/**
 * Properties under {@code tenant-datasource} that nothing reads. A misspelled one would leave a rule off that somebody
 * relies on. As for Spring Boot's own, system properties and the system's environment may hold what they like.
 */
final class UnknownProperties {

    /** What other packages of this module read: a name, or the first of several, which its own class is strict about. */
    static final Set<String> READ_ELSEWHERE = Set.of(
            "caches",
            "hibernate",
            "http-client",
            "jms",
            "kafka",
            "logging",
            "migrations",
            "start-up-check",
            "start-up-check-ignore",
            "tenant");

    private static final ConfigurationPropertyName PREFIX =
            ConfigurationPropertyName.of(TenantDataSourceProperties.PREFIX);

    private final Environment environment;

    UnknownProperties(Environment environment) {
        this.environment = environment;
    }

    void refuse() {
        UnboundElementsSourceFilter isAPersons = new UnboundElementsSourceFilter();
        ConfigurationPropertySources.get(environment).forEach(source -> {
            if (isAPersons.apply(source) && source instanceof IterableConfigurationPropertySource names) {
                names.stream().filter(PREFIX::isAncestorOf).forEach(UnknownProperties::requireKnown);
            }
        });
    }

    private static void requireKnown(ConfigurationPropertyName name) {
        String first = name.getElement(PREFIX.getNumberOfElements(), ConfigurationPropertyName.Form.DASHED);
        if (!known().contains(first)) {
            throw new MisconfigurationException(
                    name + " is no property of tenant-datasource.",
                    "Known are " + String.join(", ", known()) + "; each begins with " + PREFIX + ".");
        }
    }

    static Set<String> known() {
        Set<String> names = new TreeSet<>(READ_ELSEWHERE);
        for (RecordComponent component : TenantDataSourceProperties.class.getRecordComponents()) {
            names.add(DataObjectPropertyName.toDashedForm(component.getName()));
        }
        return names;
    }
}
