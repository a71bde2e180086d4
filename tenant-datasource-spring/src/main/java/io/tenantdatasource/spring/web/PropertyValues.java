package io.tenantdatasource.spring.web;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.expression.AccessException;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.PropertyAccessor;
import org.springframework.expression.spel.support.DataBindingPropertyAccessor;
import org.springframework.expression.spel.support.SimpleEvaluationContext;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.util.ClassUtils;

/** Properties of the principal: getters, components of records, entries of maps, attributes of an OAuth2 principal. */
final class PropertyValues implements AuthenticatedTenant.Values {

    private static final Logger LOG = LoggerFactory.getLogger(PropertyValues.class);

    private static final boolean OAUTH2 = ClassUtils.isPresent(
            "org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal",
            PropertyValues.class.getClassLoader());

    private final EvaluationContext context =
            SimpleEvaluationContext.forReadOnlyDataBinding().build();
    private final PropertyAccessor accessor = DataBindingPropertyAccessor.forReadOnlyAccess();
    private final Set<Class<?>> warned = ConcurrentHashMap.newKeySet();

    @Override
    public Object of(Authentication authentication, String path) {
        Object value = authentication.getPrincipal();
        for (String name : path.split("\\.", -1)) {
            if (value == null) {
                return null;
            }
            value = property(value, name);
        }
        return value;
    }

    private Object property(Object owner, String name) {
        if (owner instanceof Map<?, ?> map) {
            return map.get(name);
        }
        if (OAUTH2 && OAuth2.hasAttribute(owner, name)) {
            return OAuth2.attribute(owner, name);
        }
        try {
            if (!accessor.canRead(context, owner, name)) {
                warnOnce(owner.getClass(), name);
                return null;
            }
            return accessor.read(context, owner, name).getValue();
        } catch (AccessException e) {
            throw new IllegalStateException(
                    "Could not read the property '" + name + "' of the principal, a "
                            + owner.getClass().getName(),
                    e);
        }
    }

    /** Somebody of another kind, such as an operator, or a mistake in the name; both work for no tenant. */
    private void warnOnce(Class<?> type, String name) {
        if (warned.add(type)) {
            LOG.warn(
                    "A principal of the {} has no property '{}', so it works for no tenant, see {}.principal",
                    type,
                    name,
                    TenantProperties.PREFIX);
        }
    }

    /** Not everybody has this class. */
    private static final class OAuth2 {

        static boolean hasAttribute(Object owner, String name) {
            return owner instanceof OAuth2AuthenticatedPrincipal principal
                    && principal.getAttributes().containsKey(name);
        }

        static Object attribute(Object owner, String name) {
            return ((OAuth2AuthenticatedPrincipal) owner).getAttributes().get(name);
        }
    }
}
