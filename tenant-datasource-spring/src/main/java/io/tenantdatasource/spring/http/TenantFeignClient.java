package io.tenantdatasource.spring.http;

import feign.Client;
import feign.Request;
import feign.Response;
import java.io.IOException;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Sends the requests of Feign that tell {@linkplain TenantHeaders the hosts that are listed} the tenant of the running code:
 * {@code Feign.builder().client(new TenantFeignClient(new Client.Default(null, null), headers))}, or a bean of that type for
 * Spring Cloud OpenFeign.
 *
 * <p>Over Feign's default client alone, as others may follow redirects whatever they are told. This one is told not to, so the
 * option {@code followRedirects} has no effect. The tenant is that of the thread that sends. Safe for concurrent use.
 */
public final class TenantFeignClient implements Client {

    private final Client.Default client;
    private final TenantHeaders headers;

    /**
     * Creates a client.
     *
     * @param client what sends
     * @param headers what to send and to whom
     * @throws IllegalStateException if no host is listed
     */
    public TenantFeignClient(Client.Default client, TenantHeaders headers) {
        this.client = Objects.requireNonNull(client, "client is null");
        this.headers = headers;
        headers.requireHosts();
    }

    @Override
    public Response execute(Request request, Request.Options options) throws IOException {
        Map<String, Collection<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(request.headers());
        headers.tell(
                URI.create(request.url()),
                name -> all.containsKey(name) ? name : null,
                (name, value) -> all.put(name, List.of(value)));
        Request told = Request.create(
                request.httpMethod(), request.url(), all, request.body(), request.charset(), request.requestTemplate());
        return client.execute(told, withoutRedirects(options));
    }

    private static Request.Options withoutRedirects(Request.Options options) {
        return new Request.Options(
                options.connectTimeout(),
                options.connectTimeoutUnit(),
                options.readTimeout(),
                options.readTimeoutUnit(),
                false);
    }
}
