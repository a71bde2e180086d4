package io.tenantdatasource.spring.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.InterceptingClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;

/**
 * Makes the requests of a {@code RestClient} or {@code RestTemplate} that tell {@linkplain TenantHeaders the hosts that are
 * listed} the tenant of the running code, over the JDK's HTTP client:
 *
 * <pre>{@code
 * RestClient.builder()
 *         .baseUrl("http://billing.internal")
 *         .requestFactory(new TenantRequestFactory(HttpClient.newHttpClient(), headers))
 *         .build();
 * }</pre>
 *
 * <p>The tenant is that of the thread that sends, at that moment. Bodies are buffered. Immutable, and safe for concurrent use.
 */
public final class TenantRequestFactory implements ClientHttpRequestFactory {

    private final HttpClient client;
    private final TenantHeaders headers;
    private final ClientHttpRequestFactory factory;

    /**
     * Creates a factory.
     *
     * @param client what sends, with its own timeouts, keys and proxies; not one that follows redirects
     * @param headers what to send and to whom
     * @throws IllegalArgumentException if the client follows redirects
     * @throws IllegalStateException if no host is listed
     */
    public TenantRequestFactory(HttpClient client, TenantHeaders headers) {
        this(client, headers, new JdkClientHttpRequestFactory(headers.checked(client)));
    }

    private TenantRequestFactory(HttpClient client, TenantHeaders headers, JdkClientHttpRequestFactory requests) {
        this.client = client;
        this.headers = headers;
        this.factory = new InterceptingClientHttpRequestFactory(requests, List.of((request, body, execution) -> {
            HttpHeaders all = request.getHeaders();
            headers.tell(request.getURI(), all::getFirst, all::set);
            return execution.execute(request, body);
        }));
    }

    /**
     * Returns a factory whose requests wait for an answer no longer than that.
     *
     * @param timeout how long
     * @return a new factory
     */
    public TenantRequestFactory readTimeout(Duration timeout) {
        JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(client);
        requests.setReadTimeout(Objects.requireNonNull(timeout, "timeout is null"));
        return new TenantRequestFactory(client, headers, requests);
    }

    @Override
    public ClientHttpRequest createRequest(URI uri, HttpMethod method) throws IOException {
        return factory.createRequest(uri, method);
    }
}
