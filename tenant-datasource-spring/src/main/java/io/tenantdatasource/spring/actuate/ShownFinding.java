package io.tenantdatasource.spring.actuate;

import io.tenantdatasource.spring.startup.Finding;
import io.tenantdatasource.spring.startup.StartUpCheckReport;
import java.util.List;

/** A finding without the names of roles, which are users of the database. */
record ShownFinding(String id, String what, List<String> tables, String next) {

    static List<ShownFinding> of(StartUpCheckReport report, String dataSource) {
        return report.findings().stream()
                .filter(finding -> finding.dataSource().equals(dataSource))
                .map(ShownFinding::of)
                .toList();
    }

    private static ShownFinding of(Finding finding) {
        return new ShownFinding(
                finding.rule().id(),
                finding.rule().what(),
                finding.rule().isAboutTables() ? finding.objects() : List.of(),
                finding.rule().next());
    }
}
