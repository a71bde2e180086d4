package io.tenantdatasource.test.migration;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a file runs: by Flyway's rules, and where it has no version, by its name.
 *
 * @param repeatable whether it runs after all that have a version
 * @param numbers its version, or all numbers in its name
 * @param name its name
 */
record FileOrder(boolean repeatable, List<BigInteger> numbers, String name) implements Comparable<FileOrder> {

    private static final Pattern VERSION = Pattern.compile("^[VUB]([0-9][0-9._]*?)__");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private static final Comparator<FileOrder> ORDER = Comparator.comparing(FileOrder::repeatable)
            .thenComparing(FileOrder::numbers, FileOrder::compare)
            .thenComparing(FileOrder::name);

    static <T> Comparator<T> comparing(Function<T, String> name) {
        return Comparator.comparing(file -> of(name.apply(file)));
    }

    private static FileOrder of(String name) {
        Matcher version = VERSION.matcher(name);
        String numbered = version.find() ? version.group(1) : name;
        List<BigInteger> numbers = NUMBER.matcher(numbered)
                .results()
                .map(MatchResult::group)
                .map(BigInteger::new)
                .toList();
        return new FileOrder(name.startsWith("R__"), numbers, name);
    }

    @Override
    public int compareTo(FileOrder other) {
        return ORDER.compare(this, other);
    }

    private static int compare(List<BigInteger> left, List<BigInteger> right) {
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            int order = at(left, i).compareTo(at(right, i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** 1 and 1.0 are the same version. */
    private static BigInteger at(List<BigInteger> numbers, int i) {
        return i < numbers.size() ? numbers.get(i) : BigInteger.ZERO;
    }
}
