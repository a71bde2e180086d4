package io.tenantdatasource.benchmarks;

import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.util.ListStatistics;

/**
 * A mean over rounds, and how sure it is.
 *
 * @param mean of all rounds
 * @param error half of the confidence interval; not a number where there are too few rounds to tell
 */
record Estimate(double mean, double error) {

    static final double CONFIDENCE = 0.95;

    private static final int ROUNDS_FOR_AN_ERROR = 3;

    static Estimate of(List<Double> rounds) {
        ListStatistics statistics = new ListStatistics(
                rounds.stream().mapToDouble(Double::doubleValue).toArray());
        boolean enough = rounds.size() >= ROUNDS_FOR_AN_ERROR;
        return new Estimate(statistics.getMean(), enough ? statistics.getMeanErrorAt(CONFIDENCE) : Double.NaN);
    }

    boolean hasError() {
        return !Double.isNaN(error);
    }

    /** The start of the interval, but no less than nothing; the mean where there is no interval. */
    double least() {
        return hasError() ? Math.max(0, mean - error) : mean;
    }

    /** The end of the interval; the mean where there is none. */
    double most() {
        return hasError() ? mean + error : mean;
    }

    /** With so many digits after the point. */
    String text(int digits) {
        String format = "%,." + digits + "f";
        String text = String.format(Locale.ROOT, format, mean);
        return hasError() ? text + " ± " + String.format(Locale.ROOT, format, error) : text;
    }
}
