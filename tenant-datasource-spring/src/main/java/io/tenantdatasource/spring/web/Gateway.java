package io.tenantdatasource.spring.web;

import java.net.InetAddress;
import java.util.List;

/** From where a header is believed. */
record Gateway(List<AddressRange> addresses) {

    /**
     * Checks who has connected.
     *
     * @param peer the address at the other end of the connection, not one that a header has told
     * @throws RefusedRequestException if it is not the gateway's
     */
    void require(InetAddress peer) {
        if (addresses.stream().noneMatch(range -> range.contains(peer))) {
            throw new RefusedRequestException(
                    "A request that does not come from the gateway brings a header that names a tenant. If it does come"
                            + " from there, " + TenantProperties.PREFIX + ".header.trusted-proxies lacks the address "
                            + peer.getHostAddress());
        }
    }
}
