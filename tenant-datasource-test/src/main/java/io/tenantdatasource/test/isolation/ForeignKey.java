package io.tenantdatasource.test.isolation;

import java.util.List;

/** Columns that name a row of another relation. */
record ForeignKey(long relation, List<String> columns, long referenced, List<String> referencedColumns) {}
