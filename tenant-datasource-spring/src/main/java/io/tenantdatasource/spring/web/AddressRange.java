package io.tenantdatasource.spring.web;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A range of IP addresses in CIDR notation, or a single one.
 *
 * @param network its first address
 * @param bits how many leading bits all of its addresses share
 */
record AddressRange(InetAddress network, int bits) {

    /** Only what is an address by itself may reach InetAddress, which asks the name service for all else. */
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /** What comes before an IPv4 address in an IPv6 one. */
    private static final int MAPPED = 96;

    /**
     * Reads a range.
     *
     * @throws IllegalArgumentException if it is none, or holds everybody
     */
    static AddressRange parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length > 2) {
            throw noRange(text);
        }
        InetAddress network = address(parts[0]);
        int length = network.getAddress().length * Byte.SIZE;
        int bits = parts.length == 1 ? length : bits(text, parts[1]) - notOfTheNetwork(network, parts[0]);
        if (bits > length || bits < 0) {
            throw noRange(text);
        }
        if (bits == 0) {
            throw new IllegalArgumentException("'%s' holds every address there is".formatted(text));
        }
        return new AddressRange(network, bits);
    }

    /** The bits of an IPv4 range that is written as IPv6 are counted as of IPv6: ::ffff:10.0.3.0/124 is 10.0.3.0/28. */
    private static int notOfTheNetwork(InetAddress network, String text) {
        return network instanceof Inet4Address && text.indexOf(':') >= 0 ? MAPPED : 0;
    }

    private static int bits(String text, String digits) {
        if (!digits.matches("\\d{1,3}")) {
            throw noRange(text);
        }
        return Integer.parseInt(digits);
    }

    private static IllegalArgumentException noRange(String text) {
        return new IllegalArgumentException("'%s' is no range of IP addresses".formatted(text));
    }

    /** An IPv4 address that is written as IPv6 is the IPv4 one, here as in InetAddress. */
    private static InetAddress address(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            throw noRange(text);
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw noRange(text);
        }
    }

    boolean contains(InetAddress address) {
        byte[] mine = network.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % Byte.SIZE);
            if ((mine[bit / Byte.SIZE] & mask) != (other[bit / Byte.SIZE] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** How many bits its addresses have. */
    int length() {
        return network.getAddress().length * Byte.SIZE;
    }

    BigInteger first() {
        return number().shiftRight(length() - bits).shiftLeft(length() - bits);
    }

    BigInteger last() {
        return first().add(BigInteger.ONE.shiftLeft(length() - bits)).subtract(BigInteger.ONE);
    }

    private BigInteger number() {
        return new BigInteger(1, network.getAddress());
    }

    /** The address of a peer as a container writes it: with its network interface, perhaps. */
    static InetAddress peer(String text) {
        return address(text.replaceFirst("%.*", ""));
    }
}
