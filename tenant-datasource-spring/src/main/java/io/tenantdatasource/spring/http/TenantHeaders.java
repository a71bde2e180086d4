package io.tenantdatasource.spring.http;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which hosts are told the tenant of the running code, and in which headers: a bean, made from {@code
 * tenant-datasource.http-client}. Sends nothing by itself; a client is given it, one by one: {@link TenantRequestFactory} for
 * {@code RestClient} and {@code RestTemplate}, {@link TenantConnector} for {@code WebClient}, {@link TenantFeignClient} for
 * Feign. For all of them:
 *
 * <ul>
 *   <li>A host that is not listed is told nothing, so no client can tell a third party who your customers are. Redirects are
 *       not followed, since clients take headers along to wherever they lead.
 *   <li>Without a tenant nothing is sent.
 *   <li>A request to a listed host that brings one of the headers already throws {@link IllegalStateException} and is not
 *       sent, as the running code's tenant is the only one that it may name. So does a tenant whose id is not the same after a
 *       header's way, as it is not of visible ASCII characters without a comma.
 * </ul>
 *
 * <p>Safe for concurrent use.
 */
public final class TenantHeaders {

    private static final Logger LOG = LoggerFactory.getLogger(TenantHeaders.class);

    private final TenantHttpClientProperties properties;
    private final Set<String> hosts;
    private final Supplier<Optional<Tenant>> current;

    TenantHeaders(TenantHttpClientProperties properties, Supplier<Optional<Tenant>> current) {
        this.properties = properties;
        this.hosts = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        this.hosts.addAll(properties.hosts());
        this.current = current;
    }

    Optional<Tenant> current() {
        return current.get();
    }

    /** Tells a request the tenant of the running code. */
    void tell(URI uri, Function<String, String> headers, BiConsumer<String, String> set) {
        tell(uri, current(), headers, set);
    }

    /**
     * Tells a request a tenant.
     *
     * @param uri where it goes
     * @param headers returns the value of a header that the request has, or null
     * @param set adds a header with its value
     */
    void tell(URI uri, Optional<Tenant> tenant, Function<String, String> headers, BiConsumer<String, String> set) {
        if (uri.getHost() == null || !hosts.contains(uri.getHost())) {
            LOG.debug("A request to {} is told no tenant, as it is none of {}", uri.getHost(), hosts);
            return;
        }
        requireAbsent(properties.organizationHeader(), headers);
        requireAbsent(properties.userHeader(), headers);
        tenant.ifPresent(known -> {
            set.accept(properties.organizationHeader(), sendable("organization", known.organizationId()));
            if (known.userId() != null) {
                set.accept(properties.userHeader(), sendable("user", known.userId()));
            }
        });
    }

    private static void requireAbsent(String name, Function<String, String> headers) {
        if (headers.apply(name) != null) {
            throw new IllegalStateException("A request that is told its tenant brings the header " + name
                    + " already, so it was not sent; remove that, and open a scope of TenantContext for the tenant that"
                    + " it is to be for");
        }
    }

    private static String sendable(String what, String id) {
        if (!id.chars().allMatch(character -> character > ' ' && character < 0x7f && character != ',')) {
            throw new IllegalStateException(
                    "The " + what + "'s id of the running code's tenant cannot be sent in a header, as"
                            + " it is not of visible ASCII characters without a comma, so the request was not sent");
        }
        return id;
    }

    /**
     * Refuses what would leak: the JDK's client sends a request's headers again to wherever it is redirected.
     *
     * @throws IllegalArgumentException if the client follows redirects
     * @throws MisconfigurationException if no host is listed, so that nothing would ever be told
     */
    HttpClient checked(HttpClient client) {
        requireHosts();
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("The HttpClient follows redirects ("
                    + client.followRedirects().name().toLowerCase(Locale.ROOT)
                    + "), and would send the tenant's headers to wherever they lead; build it with"
                    + " followRedirects(HttpClient.Redirect.NEVER), which is the default");
        }
        return client;
    }

    void requireHosts() {
        if (hosts.isEmpty()) {
            throw new MisconfigurationException(
                    "A client is to tell hosts the tenant, but " + TenantHttpClientProperties.PREFIX
                            + ".hosts lists none.",
                    "List the services of your own that it may go to, such as billing.internal.");
        }
    }
}
