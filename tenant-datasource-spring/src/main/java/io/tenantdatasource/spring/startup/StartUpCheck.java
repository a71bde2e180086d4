package io.tenantdatasource.spring.startup;

import static java.util.stream.Collectors.joining;

import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.check.Rule;
import io.tenantdatasource.spring.TenantDataSources;
import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Looks at the database of each bound data source once all singletons are there: migrations, which run while theirs is
 * created, are done, and no server takes requests yet.
 *
 * <p>Connections come from the pool itself: no tenant is asked for, none is missed, and none is bound. The role that
 * would be assumed is looked at by its name.
 */
final class StartUpCheck implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(StartUpCheck.class);

    private final TenantDataSources dataSources;
    private final StartUpCheckProperties properties;
    private final StartUpCheckReport report;

    StartUpCheck(TenantDataSources dataSources, StartUpCheckProperties properties, StartUpCheckReport report) {
        this.dataSources = dataSources;
        this.properties = properties;
        this.report = report;
    }

    @Override
    public void afterSingletonsInstantiated() {
        switch (properties.startUpCheck()) {
            case OFF -> notBound().forEach(StartUpCheck::warn);
            case WARN -> findings().forEach(StartUpCheck::warn);
            case FAIL -> failOn(findings());
        }
    }

    private static void warn(Finding finding) {
        LOG.warn("Start-up check: {}", finding);
    }

    private static void failOn(List<Finding> findings) {
        if (!findings.isEmpty()) {
            throw new MisconfigurationException(
                    findings.stream()
                            .map(finding -> "- " + finding)
                            .collect(joining(
                                    "\n",
                                    "The database would not keep tenants apart, or could not be asked:\n\n",
                                    "\n")),
                    "Do what each finding says is next. To start all the same, and have them logged, set"
                            + " tenant-datasource.start-up-check=warn.");
        }
    }

    private List<Finding> findings() {
        List<Finding> findings = new ArrayList<>(notBound());
        Set<TenantDataSource> done = Collections.newSetFromMap(new IdentityHashMap<>());
        ownBeforeThoseOfOthers()
                .forEach(name -> dataSources.boundBy(name).stream()
                        .filter(done::add)
                        .forEach(bound -> findings.addAll(findings(name, bound))));
        report.set(findings);
        return findings;
    }

    /** Known without asking a database, so it is told where that is not to be asked. */
    private List<Finding> notBound() {
        return dataSources.missed().stream()
                .map(name -> new Finding(name, Rule.NOT_BOUND, List.of()))
                .toList();
    }

    /** A router's targets are beans as a rule, and told of by their own names. */
    private Stream<String> ownBeforeThoseOfOthers() {
        return dataSources.all().stream()
                .sorted(Comparator.comparing(TenantDataSources.Entry::treatment)
                        .thenComparing(TenantDataSources.Entry::beanName))
                .map(TenantDataSources.Entry::beanName);
    }

    private List<Finding> findings(String name, TenantDataSource bound) {
        long start = System.nanoTime();
        try {
            List<Finding> findings = without(properties, name, bound.check());
            LOG.debug("Checked data source '{}' in {} ms", name, (System.nanoTime() - start) / 1_000_000);
            return findings;
        } catch (SQLFeatureNotSupportedException e) {
            LOG.warn(
                    "Start-up check: data source '{}': {}. Next: name it in tenant-datasource.exclude",
                    name,
                    e.getMessage());
            return List.of();
        } catch (SQLException | RuntimeException e) {
            LOG.warn("Start-up check: the database of data source '{}' could not be asked", name, e);
            return List.of(new Finding(name, Rule.NOT_CHECKED, List.of()));
        }
    }

    private static List<Finding> without(
            StartUpCheckProperties ignored, String name, List<io.tenantdatasource.check.Finding> findings) {
        return findings.stream()
                .map(found -> new Finding(name, found.rule(), remaining(ignored, found.rule(), found.objects())))
                .filter(finding -> !finding.objects().isEmpty())
                .toList();
    }

    private static List<String> remaining(StartUpCheckProperties ignored, Rule rule, List<String> objects) {
        return rule.isAboutTables()
                ? objects.stream().filter(table -> !ignored.ignores(table)).toList()
                : objects;
    }
}
