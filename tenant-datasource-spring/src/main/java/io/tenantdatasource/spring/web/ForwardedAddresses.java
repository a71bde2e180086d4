package io.tenantdatasource.spring.web;

import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.util.stream.Stream;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;

/** Who puts what a header says in the place of the peer's address, so that nobody can tell the gateway from others. */
final class ForwardedAddresses {

    private static final String STRATEGY = "server.forward-headers-strategy";

    private ForwardedAddresses() {}

    /** In a servlet application, what Spring wraps around a request can be taken off; what the server does can't. */
    static void requireNoneFromTheServer(Environment environment) {
        if (isStrategy(environment, "native") || isDeduced(environment) || isTomcatsValve(environment)) {
            throw changed("Set " + STRATEGY + " to framework or none, also on Kubernetes and other clouds, where it is"
                    + " native unless set, and leave out server.tomcat.remoteip.*.");
        }
    }

    /** On WebFlux the request is changed before anybody sees it, whatever the strategy. */
    static void requireNone(Environment environment) {
        if (isStrategy(environment, "native") || isStrategy(environment, "framework") || isDeduced(environment)) {
            throw changed("Set " + STRATEGY
                    + " to none, also on Kubernetes and other clouds, where it is native unless set.");
        }
    }

    /** A bean of the application changes the request as that of a strategy does, whatever the strategy is. */
    static void requireNone(Stream<ForwardedHeaderTransformer> transformers) {
        if (transformers.anyMatch(transformer -> !transformer.isRemoveOnly())) {
            throw changed("Remove the bean that is a ForwardedHeaderTransformer, or make it removeOnly.");
        }
    }

    private static MisconfigurationException changed(String action) {
        return new MisconfigurationException(
                TenantProperties.PREFIX + "." + TenantProperties.HEADER
                        + " is set, but the server takes the client's address from a header, so that it cannot be told"
                        + " whether a request comes from the gateway.",
                action);
    }

    private static boolean isStrategy(Environment environment, String strategy) {
        return strategy.equalsIgnoreCase(environment.getProperty(STRATEGY));
    }

    /** As Spring Boot does. */
    private static boolean isDeduced(Environment environment) {
        CloudPlatform platform = CloudPlatform.getActive(environment);
        return !StringUtils.hasText(environment.getProperty(STRATEGY))
                && platform != null
                && platform.isUsingForwardHeaders();
    }

    private static boolean isTomcatsValve(Environment environment) {
        return StringUtils.hasText(environment.getProperty("server.tomcat.remoteip.remote-ip-header"))
                || StringUtils.hasText(environment.getProperty("server.tomcat.remoteip.protocol-header"));
    }
}
