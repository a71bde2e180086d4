package io.tenantdatasource.spring.web;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All addresses that the Internet has of one kind. Ranges that hold them together trust everybody, however they are cut. From
 * what is not in here, such as 0.0.0.0/8 or fd00::/8, nobody connects who is far away.
 *
 * @param kind for messages
 * @param first the first address
 * @param last the last one
 */
record Everybody(String kind, AddressRange first, AddressRange last) {

    /** After the one of IPv4 come multicast and reserved addresses; the one of IPv6 is its global unicast, 2000::/3. */
    private static final List<Everybody> KINDS = List.of(
            new Everybody("IPv4", AddressRange.parse("1.0.0.0"), AddressRange.parse("223.255.255.255")),
            new Everybody(
                    "IPv6",
                    AddressRange.parse("2000::"),
                    AddressRange.parse("3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")));

    /** Returns the name of the kind of which these ranges leave nobody out, if there is one. */
    static Optional<String> in(List<AddressRange> ranges) {
        return KINDS.stream()
                .filter(everybody -> everybody.isIn(ranges))
                .map(everybody -> everybody.kind)
                .findFirst();
    }

    private boolean isIn(List<AddressRange> ranges) {
        List<AddressRange> inOrder = ranges.stream()
                .filter(range -> range.length() == first.length())
                .sorted(Comparator.comparing(AddressRange::first))
                .toList();
        BigInteger next = first.first();
        for (AddressRange range : inOrder) {
            if (range.first().compareTo(next) > 0) {
                break;
            }
            next = next.max(range.last().add(BigInteger.ONE));
        }
        return next.compareTo(last.last()) > 0;
    }
}
