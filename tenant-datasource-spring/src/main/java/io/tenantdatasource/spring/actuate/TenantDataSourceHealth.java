package io.tenantdatasource.spring.actuate;

import io.tenantdatasource.spring.TenantDataSources;
import io.tenantdatasource.spring.startup.StartUpCheckReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether all data sources were looked at, told without a query. A data source that was missed shows everybody's rows, or
 * nobody's: down. What the start-up check found is told beside it, and is no reason to be down: whoever wants that has the
 * check stop the application.
 */
record TenantDataSourceHealth(boolean isUp, Map<String, Object> details) {

    static TenantDataSourceHealth of(TenantDataSources dataSources, StartUpCheckReport report) {
        List<String> missed = dataSources.missed();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("dataSources", treatments(dataSources));
        if (!missed.isEmpty()) {
            details.put("notBound", missed);
        }
        Map<String, List<String>> findings = findings(report);
        if (!findings.isEmpty()) {
            details.put("startUpCheck", findings);
        }
        return new TenantDataSourceHealth(missed.isEmpty(), details);
    }

    private static Map<String, String> treatments(TenantDataSources dataSources) {
        Map<String, String> treatments = new LinkedHashMap<>();
        dataSources
                .all()
                .forEach(entry ->
                        treatments.put(entry.beanName(), entry.treatment().name()));
        return treatments;
    }

    /** The rules' ids by data source; the endpoint has the rest. */
    private static Map<String, List<String>> findings(StartUpCheckReport report) {
        Map<String, List<String>> findings = new LinkedHashMap<>();
        report.findings()
                .forEach(finding -> findings.computeIfAbsent(finding.dataSource(), name -> new ArrayList<>())
                        .add(finding.rule().id()));
        return findings;
    }
}
