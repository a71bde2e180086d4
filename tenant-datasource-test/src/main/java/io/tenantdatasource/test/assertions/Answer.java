package io.tenantdatasource.test.assertions;

import java.util.List;

/** What came of a statement: the first column of each row as text, or how many rows it changed. */
record Answer(List<String> rows, int changed) {}
