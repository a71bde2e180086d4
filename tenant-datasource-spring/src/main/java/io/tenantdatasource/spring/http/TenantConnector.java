package io.tenantdatasource.spring.http;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.spring.propagation.TenantThreadLocalAccessor;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Makes the requests of a {@code WebClient} that tell {@linkplain TenantHeaders the hosts that are listed} the tenant, over the
 * JDK's HTTP client:
 *
 * <pre>{@code
 * WebClient.builder()
 *         .baseUrl("http://billing.internal")
 *         .clientConnector(new TenantConnector(HttpClient.newHttpClient(), headers))
 *         .build();
 * }</pre>
 *
 * <p>The tenant is that of the subscription: the one in Reactor's context, under {@link TenantThreadLocalAccessor#KEY}, or, if
 * there is none, that of the thread that subscribes. Immutable, and safe for concurrent use.
 */
public final class TenantConnector implements ClientHttpConnector {

    private final HttpClient client;
    private final TenantHeaders headers;
    private final ClientHttpConnector connector;

    /**
     * Creates a connector.
     *
     * @param client what sends, with its own timeouts, keys and proxies; not one that follows redirects
     * @param headers what to send and to whom
     * @throws IllegalArgumentException if the client follows redirects
     * @throws IllegalStateException if no host is listed
     */
    public TenantConnector(HttpClient client, TenantHeaders headers) {
        this(client, headers, new JdkClientHttpConnector(headers.checked(client)));
    }

    private TenantConnector(HttpClient client, TenantHeaders headers, ClientHttpConnector connector) {
        this.client = client;
        this.headers = headers;
        this.connector = connector;
    }

    /**
     * Returns a connector whose requests wait for an answer no longer than that.
     *
     * @param timeout how long
     * @return a new connector
     */
    public TenantConnector readTimeout(Duration timeout) {
        JdkClientHttpConnector requests = new JdkClientHttpConnector(client);
        requests.setReadTimeout(Objects.requireNonNull(timeout, "timeout is null"));
        return new TenantConnector(client, headers, requests);
    }

    @Override
    public Mono<ClientHttpResponse> connect(
            HttpMethod method, URI uri, Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
        return Mono.deferContextual(context -> {
            Optional<Tenant> tenant = tenant(context);
            return connector.connect(method, uri, request -> {
                // When it is sent: by then the request has all headers that the caller has given it.
                request.beforeCommit(() -> Mono.fromRunnable(() -> tell(uri, tenant, request.getHeaders())));
                return requestCallback.apply(request);
            });
        });
    }

    private Optional<Tenant> tenant(ContextView context) {
        return context.<Tenant>getOrEmpty(TenantThreadLocalAccessor.KEY).or(headers::current);
    }

    private void tell(URI uri, Optional<Tenant> tenant, HttpHeaders all) {
        headers.tell(uri, tenant, all::getFirst, all::set);
    }
}
