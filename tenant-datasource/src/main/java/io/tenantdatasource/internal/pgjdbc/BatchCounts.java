package io.tenantdatasource.internal.pgjdbc;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A batch's results without those of the statement at its head. */
final class BatchCounts {

    /** "Batch entry 3 insert …" in any of the driver's languages: the entry is the first number. */
    private static final Pattern ENTRY = Pattern.compile("\\d+");

    private BatchCounts() {}

    static Object withoutHead(Object counts) {
        return counts instanceof long[] large
                ? Arrays.copyOfRange(large, 1, large.length)
                : Arrays.copyOfRange((int[]) counts, 1, ((int[]) counts).length);
    }

    static SQLException withoutHead(BatchUpdateException e) {
        long[] counts = e.getLargeUpdateCounts();
        BatchUpdateException without = new BatchUpdateException(
                oneEntryLess(e.getMessage()),
                e.getSQLState(),
                e.getErrorCode(),
                Arrays.copyOfRange(counts, Math.min(1, counts.length), counts.length),
                e.getCause());
        without.setStackTrace(e.getStackTrace());
        if (e.getNextException() != null) {
            without.setNextException(e.getNextException());
        }
        return without;
    }

    private static String oneEntryLess(String message) {
        Matcher entry = ENTRY.matcher(message);
        return entry.find() ? entry.replaceFirst(String.valueOf(Integer.parseInt(entry.group()) - 1)) : message;
    }
}
