package io.tenantdatasource.springservices.http;

import feign.Feign;
import feign.HeaderMap;
import feign.RequestLine;
import io.tenantdatasource.spring.http.TenantConnector;
import io.tenantdatasource.spring.http.TenantFeignClient;
import io.tenantdatasource.spring.http.TenantHeaders;
import io.tenantdatasource.spring.http.TenantRequestFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;

/** The clients that may be given the tenant's headers, each as its page shows it. */
enum Client {
    REST_CLIENT {
        @Override
        String get(String url, TenantHeaders headers, Map<String, String> own) {
            return RestClient.builder()
                    .requestFactory(new TenantRequestFactory(HttpClient.newHttpClient(), headers))
                    .build()
                    .get()
                    .uri(URI.create(url))
                    .headers(all -> own.forEach(all::set))
                    .retrieve()
                    .body(String.class);
        }
    },
    REST_TEMPLATE {
        @Override
        String get(String url, TenantHeaders headers, Map<String, String> own) {
            HttpHeaders all = new HttpHeaders();
            own.forEach(all::set);
            return new RestTemplate(new TenantRequestFactory(HttpClient.newHttpClient(), headers)
                            .readTimeout(Duration.ofSeconds(30)))
                    .exchange(URI.create(url), HttpMethod.GET, new HttpEntity<>(all), String.class)
                    .getBody();
        }
    },
    WEB_CLIENT {
        @Override
        String get(String url, TenantHeaders headers, Map<String, String> own) {
            return WebClient.builder()
                    .clientConnector(new TenantConnector(HttpClient.newHttpClient(), headers)
                            .readTimeout(Duration.ofSeconds(30)))
                    .build()
                    .get()
                    .uri(URI.create(url))
                    .headers(all -> own.forEach(all::set))
                    .retrieve()
                    .bodyToMono(String.class)
                    .block(Duration.ofSeconds(60));
        }
    },
    FEIGN {
        @Override
        String get(String url, TenantHeaders headers, Map<String, String> own) {
            return Feign.builder()
                    .client(new TenantFeignClient(new feign.Client.Default(null, null), headers))
                    .target(Any.class, url)
                    .get(own);
        }
    };

    interface Any {

        @RequestLine("GET")
        String get(@HeaderMap Map<String, String> headers);
    }

    /** Returns the body of what the client is answered with. */
    abstract String get(String url, TenantHeaders headers, Map<String, String> own);
}
