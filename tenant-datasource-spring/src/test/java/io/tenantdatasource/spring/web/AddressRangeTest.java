package io.tenantdatasource.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
        "::1, 0.0.0.1"
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
                "::/0"
            })
    void refusesWhatIsNoRangeAndWhatIsEverybody(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AddressRange.parse(text))
                .withMessageContaining("'" + text + "'");
    }
}
