package io.tenantdatasource.benchmarks.policies;

import java.math.BigDecimal;
import java.math.MathContext;
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
            // One digit that is no zero, however small it is.
            return new BigDecimal(ratio).round(new MathContext(1)).toPlainString();
        }
        return String.format(Locale.ROOT, ratio < 10 ? "%.1f" : "%,.0f", ratio);
    }

    /** A ratio of what is nearly the same needs more. */
    static String hundredths(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }

    /** All digits, no zeros after them. */
    static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}
