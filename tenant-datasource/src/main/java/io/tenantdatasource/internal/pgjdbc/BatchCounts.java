package io.tenantdatasource.internal.pgjdbc;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A batch's results without those of the statements around it. */
final class BatchCounts {

    /** "Batch entry 3 insert …" in any of the driver's languages: the entry is the first number. */
    private static final Pattern ENTRY = Pattern.compile("\\d+");

    private BatchCounts() {}

    /**
     * Those of the user's entries.
     *
     * @param counts of all statements, as an array of int or long
     * @param own how many entries the user has added
     * @throws UnprovenException if there are not as many as were sent
     */
    static Object ofOwn(Object counts, Form form, int own) throws UnprovenException {
        int length = counts instanceof long[] large ? large.length : ((int[]) counts).length;
        int before = form.resultsBefore();
        if (length != before + own + form.resultsAfter()) {
            throw new UnprovenException("The server has answered " + length + " statements of a batch of " + own);
        }
        return counts instanceof long[] large
                ? Arrays.copyOfRange(large, before, before + own)
                : Arrays.copyOfRange((int[]) counts, before, before + own);
    }

    static SQLException ofOwn(BatchUpdateException e, Form form, int own) {
        long[] counts = e.getLargeUpdateCounts();
        int from = Math.min(form.resultsBefore(), counts.length);
        BatchUpdateException without = new BatchUpdateException(
                withOwnEntry(e.getMessage(), form.resultsBefore()),
                e.getSQLState(),
                e.getErrorCode(),
                Arrays.copyOfRange(counts, from, Math.min(from + own, counts.length)),
                e.getCause());
        without.setStackTrace(e.getStackTrace());
        if (e.getNextException() != null) {
            without.setNextException(e.getNextException());
        }
        return without;
    }

    private static String withOwnEntry(String message, int before) {
        Matcher entry = ENTRY.matcher(message);
        return entry.find() ? entry.replaceFirst(String.valueOf(Integer.parseInt(entry.group()) - before)) : message;
    }
}
