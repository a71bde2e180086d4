package io.tenantdatasource.benchmarks.policies;

import java.util.ArrayList;
import java.util.List;

/**
 * From ratios to places on a line: each ten times as far right as the last.
 *
 * @param left where the smallest power of ten is
 * @param width how long the line is
 * @param smallest the exponent of that power
 * @param largest that of the power at the right end
 */
record LogScale(double left, double width, int smallest, int largest) {

    /** With room for all of the ratios, and for 0.1 to 10 at least. */
    static LogScale around(List<Double> ratios, double left, double width) {
        int smallest = -1;
        int largest = 1;
        for (double ratio : ratios) {
            smallest = Math.min(smallest, (int) Math.floor(Math.log10(ratio)));
            largest = Math.max(largest, (int) Math.ceil(Math.log10(ratio)));
        }
        return new LogScale(left, width, smallest, largest);
    }

    double x(double ratio) {
        return left + width * (Math.log10(ratio) - smallest) / (largest - smallest);
    }

    List<Double> powersOfTen() {
        List<Double> powers = new ArrayList<>();
        for (int exponent = smallest; exponent <= largest; exponent++) {
            powers.add(Math.pow(10, exponent));
        }
        return powers;
    }
}
