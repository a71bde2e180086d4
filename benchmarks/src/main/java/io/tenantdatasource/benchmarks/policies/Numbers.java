package io.tenantdatasource.benchmarks.policies;

import java.util.Locale;

/** Numbers to be read by people, whatever their locale. */
final class Numbers {

    private Numbers() {}

    /** Three digits that mean something. */
    static String threeDigits(double number) {
        if (number >= 100) {
            return String.format(Locale.ROOT, "%,.0f", number);
        }
        return String.format(Locale.ROOT, number >= 10 ? "%.1f" : number >= 1 ? "%.2f" : "%.3f", number);
    }

    /** A ratio needs fewer digits. */
    static String ratio(double ratio) {
        if (ratio < 0.1) {
            return String.format(Locale.ROOT, "%.3f", ratio);
        }
        return String.format(Locale.ROOT, ratio < 10 ? "%.1f" : "%,.0f", ratio);
    }
}
