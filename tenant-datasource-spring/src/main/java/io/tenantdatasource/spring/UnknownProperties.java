package io.tenantdatasource.spring;

import java.lang.reflect.RecordComponent;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
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

    /** Groups that have a class of their own, which refuses what it does not know, if what it is for is there. */
    static final Set<String> GROUPS = Set.of("tenant");

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
        if (!GROUPS.contains(first) && !properties().contains(first)) {
            throw new MisconfigurationException(
                    name + " is no property of tenant-datasource",
                    "Use one of "
                            + String.join(
                                    ", ",
                                    all().map(known -> PREFIX + "." + known).toList()),
                    null);
        }
    }

    private static Stream<String> all() {
        Set<String> all = new TreeSet<>(properties());
        GROUPS.forEach(group -> all.add(group + ".*"));
        return all.stream();
    }

    private static Set<String> properties() {
        Set<String> names = new TreeSet<>();
        for (RecordComponent component : TenantDataSourceProperties.class.getRecordComponents()) {
            names.add(DataObjectPropertyName.toDashedForm(component.getName()));
        }
        return names;
    }
}
