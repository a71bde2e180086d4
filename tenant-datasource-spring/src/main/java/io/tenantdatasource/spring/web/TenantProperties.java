package io.tenantdatasource.spring.web;

import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.ClassUtils;

/**
 * What tells the tenant of a request. One of the authentication (jwt, principal) and one of the request alone (header,
 * session-cookie) may be set. If both know, they have to agree.
 *
 * @param jwt A claim of the token that Spring Security has verified.
 * @param principal A property of the principal that Spring Security has authenticated.
 * @param header A header that a trusted gateway sets.
 * @param sessionCookie The cookie with the token of a session, looked up by the application's SessionLogin bean.
 * @param membership How the database is asked whether whoever is authenticated is a member of the organization.
 */
@ConfigurationProperties(prefix = TenantProperties.PREFIX, ignoreUnknownFields = false)
record TenantProperties(
        Jwt jwt, Principal principal, Header header, SessionCookie sessionCookie, Membership membership) {

    static final String PREFIX = "tenant-datasource.tenant";
    static final String CLAIM = "jwt.organization-claim";
    static final String PROPERTY = "principal.organization";
    static final String HEADER = "header.organization";
    static final String COOKIE = "session-cookie.name";
    static final String MEMBERSHIP = "membership.query";

    TenantProperties {
        atMostOne("the authentication", jwt == null ? null : CLAIM, principal == null ? null : PROPERTY);
        atMostOne("the request alone", header == null ? null : HEADER, sessionCookie == null ? null : COOKIE);
    }

    boolean asksTheAuthentication() {
        return jwt != null || principal != null;
    }

    /**
     * A claim.
     *
     * @param organizationClaim Name of the claim that holds the organization's id.
     * @param userClaim Name of the claim that holds the user's id, such as sub where that is one. None by default: the
     *     tenant is the organization as a whole.
     */
    record Jwt(String organizationClaim, String userClaim) {

        Jwt {
            required(CLAIM, organizationClaim, "the name of the claim that holds the organization's id");
            requireClass(
                    CLAIM,
                    "org.springframework.security.oauth2.core.ClaimAccessor",
                    "Spring Security's OAuth2 resource server");
        }

        TenantNames names() {
            return new TenantNames("claim", organizationClaim, userClaim);
        }
    }

    /**
     * A property.
     *
     * @param organization Property of the principal that holds the organization's id: a getter's, a record's component, an
     *     attribute or an entry of a map, or several of them with dots between.
     * @param user Property of the principal that holds the user's id. None by default: the tenant is the organization as a
     *     whole.
     */
    record Principal(String organization, String user) {

        Principal {
            required(PROPERTY, organization, "the name of the principal's property that holds the organization's id");
            requireClass(PROPERTY, "org.springframework.security.core.Authentication", "Spring Security");
        }

        TenantNames names() {
            return new TenantNames("principal's property", organization, user);
        }
    }

    /**
     * A header.
     *
     * @param organization Name of the header that holds the organization's id.
     * @param user Name of the header that holds the user's id. None by default: the tenant is the organization as a whole.
     * @param trustedProxies Addresses of the gateway that sets the headers, as the server sees them: IP addresses, or ranges
     *     such as 10.0.3.0/28. Requests from elsewhere that bring such a header are refused.
     */
    record Header(
            String organization, String user, @DefaultValue List<String> trustedProxies) {

        Header {
            required(HEADER, organization, "the name of the header that holds the organization's id");
            requireTrust(trustedProxies);
        }

        TenantNames names() {
            return new TenantNames("header", organization, user);
        }

        List<AddressRange> gateway() {
            return trustedProxies.stream().map(AddressRange::parse).toList();
        }

        private static void requireTrust(List<String> trustedProxies) {
            String property = PREFIX + ".header.trusted-proxies";
            String action = "Set " + property + " to the addresses from which the gateway connects to this application,"
                    + " such as 10.0.3.0/28, and see to it that the gateway replaces the header in what it passes on.";
            if (trustedProxies.isEmpty()) {
                throw new MisconfigurationException(
                        PREFIX + "." + HEADER + " is set, but " + property
                                + " is not: whoever reaches the application could choose their organization by a header.",
                        action);
            }
            List<AddressRange> trusted;
            try {
                trusted = trustedProxies.stream().map(AddressRange::parse).toList();
            } catch (IllegalArgumentException e) {
                throw new MisconfigurationException(property + ": " + e.getMessage() + ".", action);
            }
            Everybody.in(trusted).ifPresent(kind -> {
                throw new MisconfigurationException(
                        property + ": " + String.join(", ", trustedProxies) + " together hold every " + kind
                                + " address that the Internet has.",
                        action);
            });
        }
    }

    /**
     * A cookie.
     *
     * @param name Name of the cookie that holds the token of the session, as it is in the table.
     * @param dataSource Name of the DataSource bean on which the token is looked up, whose user is a member of the login
     *     role. The application's own by default.
     */
    record SessionCookie(String name, String dataSource) {

        SessionCookie {
            required(COOKIE, name, "the name of the cookie that holds the token of the session");
        }
    }

    /**
     * A query.
     *
     * @param query Query that finds something if a user is a member of an organization, run as that organization. Its first
     *     parameter is the organization's id, its second one the user's name, both as text: such as select 1 from memberships
     *     where organization_id = ?::uuid and user_id = ?::uuid.
     */
    record Membership(String query) {

        Membership {
            required(MEMBERSHIP, query, "a query with two parameters, the organization's id and the user's name");
        }
    }

    private static void required(String property, String value, String meaning) {
        if (value == null || value.isBlank()) {
            String group = PREFIX + "." + property.substring(0, property.indexOf('.'));
            throw new MisconfigurationException(
                    PREFIX + "." + property + " is not set, but others of " + group + " are.",
                    "Set " + PREFIX + "." + property + " to " + meaning + ", or remove all of " + group + ".");
        }
    }

    private static void requireClass(String property, String name, String library) {
        if (!ClassUtils.isPresent(name, ClassUtils.getDefaultClassLoader())) {
            throw new MisconfigurationException(
                    PREFIX + "." + property + " is set, but " + library
                            + " is not on the class path, so nobody is authenticated.",
                    "Add its starter, or remove the property.");
        }
    }

    private static void atMostOne(String source, String... properties) {
        List<String> set = Stream.of(properties)
                .filter(property -> property != null)
                .map(property -> PREFIX + "." + property)
                .toList();
        if (set.size() > 1) {
            throw new MisconfigurationException(
                    "Two ways to know the tenant from " + source + " are set: " + String.join(" and ", set) + ".",
                    "Remove one of them. An application that needs both has a bean of its own that decides: a"
                            + " TenantResolver, or a RequestTenantResolver for what the request tells.");
        }
    }
}
