package io.tenantdatasource.springweb.configuration;

import static io.tenantdatasource.springweb.configuration.RequestTenants.application;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tenantdatasource.spring.web.RequestTenantResolver;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;

/** An application whose configuration does not tell the tenant, or must not, does not start, and says what to do. */
class MistakesTest {

    private static final String HEADER = "tenant-datasource.tenant.header.organization=X-Organization";
    private static final String GATEWAY = "tenant-datasource.tenant.header.trusted-proxies=10.0.3.0/28";

    static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments(
                        List.of(HEADER),
                        "trusted-proxies is not: whoever reaches the application could choose",
                        "Set tenant-datasource.tenant.header.trusted-proxies"),
                arguments(
                        List.of(HEADER, "tenant-datasource.tenant.header.trusted-proxies=gateway"),
                        "'gateway' is no range",
                        "such as 10.0.3.0/28"),
                arguments(
                        List.of(HEADER, "tenant-datasource.tenant.header.trusted-proxies=10.0.3.1,0.0.0.0/0"),
                        "'0.0.0.0/0' holds every address",
                        "such as 10.0.3.0/28"),
                arguments(
                        List.of(HEADER, "tenant-datasource.tenant.header.trusted-proxies=0.0.0.0/1,128.0.0.0/1"),
                        "0.0.0.0/1, 128.0.0.0/1 together hold every IPv4 address",
                        "such as 10.0.3.0/28"),
                arguments(
                        List.of(HEADER, "tenant-datasource.tenant.header.trusted-proxies=::/1,8000::/1"),
                        "::/1, 8000::/1 together hold every IPv6 address",
                        "such as 10.0.3.0/28"),
                arguments(
                        List.of(GATEWAY),
                        "header.organization is not set",
                        "to the name of the header that holds the organization's id"),
                arguments(
                        List.of(HEADER, GATEWAY, "server.forward-headers-strategy=native"),
                        "cannot be told whether a request comes from the gateway",
                        "server.forward-headers-strategy to framework or none"),
                arguments(
                        List.of(HEADER, GATEWAY, "spring.main.cloud-platform=kubernetes"),
                        "cannot be told whether a request comes from the gateway",
                        "also on Kubernetes"),
                arguments(
                        List.of(HEADER, GATEWAY, "server.tomcat.remoteip.remote-ip-header=X-Real-Ip"),
                        "cannot be told whether a request comes from the gateway",
                        "server.tomcat.remoteip"),
                arguments(
                        List.of("tenant-datasource.tenant.jwt.user-claim=sub"),
                        "jwt.organization-claim is not set",
                        "the claim that holds the organization's id"),
                arguments(
                        List.of("tenant-datasource.tenant.principal.user=id"),
                        "principal.organization is not set",
                        "the principal's property"),
                arguments(
                        List.of(
                                "tenant-datasource.tenant.jwt.organization-claim=org",
                                "tenant-datasource.tenant.principal.organization=organizationId"),
                        "Two ways to know the tenant from the authentication",
                        "Remove one of them"),
                arguments(
                        List.of(HEADER, GATEWAY, "tenant-datasource.tenant.session-cookie.name=token"),
                        "Two ways to know the tenant from the request alone",
                        "Remove one of them"),
                arguments(
                        List.of("tenant-datasource.tenant.session-cookie.name=token"),
                        "no single SessionLogin bean",
                        "SessionLogin.byToken("));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void stopTheStart(List<String> properties, String description, String action) {
        application(properties.toArray(String[]::new)).run(context -> {
            FailureAnalysis analysis = analysis(context.getStartupFailure());
            assertThat(analysis.getDescription()).contains("tenant-datasource.tenant", description);
            assertThat(analysis.getAction()).contains(action);
        });
    }

    @Test
    void aResolverOfTheApplicationBesideAPropertyStopsTheStart() {
        application(HEADER, GATEWAY)
                .withBean("own", RequestTenantResolver.class, () -> request -> Optional.empty())
                .run(context -> assertThat(analysis(context.getStartupFailure()).getDescription())
                        .contains("Several beans", "own", "tenantOfHeader"));
    }

    @Test
    void aClaimWithoutOAuth2OnTheClassPathStopsTheStart() {
        application("tenant-datasource.tenant.jwt.organization-claim=org")
                .withClassLoader(new FilteredClassLoader("org.springframework.security.oauth2"))
                .run(context -> assertThat(analysis(context.getStartupFailure()).getDescription())
                        .contains("resource server is not on the class path"));
    }

    /** As Spring Boot does. */
    private static FailureAnalysis analysis(Throwable failure) {
        assertThat(failure).as("the application does not start").isNotNull();
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(
                        FailureAnalyzer.class,
                        ArgumentResolver.of(Environment.class, new StandardEnvironment())
                                .and(BeanFactory.class, new DefaultListableBeanFactory()),
                        (type, name, notThere) -> {})
                .stream()
                .map(analyzer -> analyzer.analyze(failure))
                .filter(analysis -> analysis != null)
                .findFirst()
                .orElseThrow();
    }
}
