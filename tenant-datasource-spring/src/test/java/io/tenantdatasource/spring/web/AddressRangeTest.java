package io.tenantdatasource.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.3.7, 10.0.3.7",
        "10.0.3.0/28, 10.0.3.15",
        "10.0.3.9/31, 10.0.3.8",
        "::1, 0:0:0:0:0:0:0:1",
        "fd00::/8, fd12::1",
        "fe80::/10, fe80:0:0:0:1:2:3:4%eth0",
        "10.0.3.0/28, ::ffff:10.0.3.1",
        "::ffff:10.0.3.0/124, 10.0.3.15",
        "::ffff:10.0.3.1, 10.0.3.1"
    })
    void holdsTheAddressesThatShareItsBits(String range, String peer) {
        assertThat(AddressRange.parse(range).contains(AddressRange.peer(peer))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.3.7, 10.0.3.8",
        "10.0.3.0/28, 10.0.3.16",
        "10.0.3.0/28, 10.0.2.255",
        "128.0.0.0/1, 127.0.0.1",
        "fd00::/8, fe00::1",
        "::/1, 10.0.3.1",
        "::1, 0.0.0.1",
        "::ffff:10.0.3.0/124, 10.0.3.16"
    })
    void holdsNoOthers(String range, String peer) {
        assertThat(AddressRange.parse(range).contains(AddressRange.peer(peer))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gateway",
                "localhost",
                "localhost:",
                "10.0.3",
                "10.0.3.256",
                "10.0.3.0/",
                "10.0.3.0/33",
                "10.0.3.0/-1",
                "10.0.3.0/8/8",
                "10.0.3.0/ 8",
                "::1/129",
                "fe80::1%eth0",
                "0.0.0.0/0",
                "::/0",
                "::ffff:0.0.0.0/96",
                "::ffff:0:0/96",
                "::ffff:10.0.3.0/28",
                "::ffff:10.0.3.0/129"
            })
    void refusesWhatIsNoRangeAndWhatIsEverybody(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AddressRange.parse(text))
                .withMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0/1 128.0.0.0/1, IPv4",
        "10.0.3.1 128.0.0.0/1 0.0.0.0/1, IPv4",
        "0.0.0.0/1 128.0.0.0/2 192.0.0.0/3, IPv4",
        "127.255.255.255/1 10.0.0.0/8 128.0.0.0/1, IPv4",
        "::ffff:0.0.0.0/97 ::ffff:128.0.0.0/97, IPv4",
        "0.0.0.0/1 ::ffff:128.0.0.0/97, IPv4",
        "::/1 8000::/1, IPv6",
        "::/1, IPv6",
        "2000::/3, IPv6",
        "3000::/4 fd00::/8 2000::/4, IPv6"
    })
    void rangesThatHoldEverybodyTogetherAreSeen(String ranges, String kind) {
        assertThat(Everybody.in(parse(ranges))).contains(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0/1",
                "128.0.0.0/1",
                "0.0.0.0/1 ::/3 4000::/2 8000::/1",
                "0.0.0.0/1 128.0.0.0/2 192.0.0.0/4 208.0.0.0/5 216.0.0.0/6 220.0.0.0/7 222.0.0.0/8",
                "0.0.0.0/2 128.0.0.0/1",
                "2000::/4 3000::/5",
                "10.0.3.0/28 fd00:3::/64"
            })
    void rangesThatLeaveSomebodyOutAreRanges(String ranges) {
        assertThat(Everybody.in(parse(ranges))).isEmpty();
    }

    private static List<AddressRange> parse(String ranges) {
        return Arrays.stream(ranges.split(" ")).map(AddressRange::parse).toList();
    }
}
