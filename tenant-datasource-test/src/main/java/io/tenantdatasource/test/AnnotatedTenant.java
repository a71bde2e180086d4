package io.tenantdatasource.test;

import io.tenantdatasource.Tenant;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** What the annotations say of whom a test works for. */
final class AnnotatedTenant {

    private AnnotatedTenant() {}

    /** By the innermost annotation around a test, or empty if there is none, or that says so. */
    static Optional<Tenant> of(ExtensionContext context) {
        return ofKnownArgument(context).or(() -> ofElement(context));
    }

    private static Optional<Tenant> ofElement(ExtensionContext context) {
        Optional<AsTenant> asTenant = annotation(context, AsTenant.class);
        boolean without = annotation(context, WithoutTenant.class).isPresent();
        if (asTenant.isPresent() && without) {
            throw new ExtensionConfigurationException("@AsTenant and @WithoutTenant contradict each other on "
                    + context.getDisplayName() + "; remove one");
        }
        if (without) {
            return Optional.empty();
        }
        return asTenant.isPresent()
                ? Optional.of(tenant(asTenant.get(), context))
                : context.getParent().flatMap(AnnotatedTenant::of);
    }

    private static <A extends Annotation> Optional<A> annotation(ExtensionContext context, Class<A> type) {
        Optional<AnnotatedElement> element = context.getElement();
        return AnnotationSupport.findAnnotation(element, type);
    }

    private static Tenant tenant(AsTenant annotation, ExtensionContext context) {
        Tenant organization = annotation.value().isEmpty() ? outer(context) : Tenants.named(annotation.value());
        return annotation.user().isEmpty() ? organization : organization.withUser(Tenants.user(annotation.user()));
    }

    /** The methods of a template's runs have two contexts of the same element. */
    private static Tenant outer(ExtensionContext context) {
        Optional<ExtensionContext> parent = context.getParent();
        while (parent.isPresent() && parent.get().getElement().equals(context.getElement())) {
            parent = parent.get().getParent();
        }
        return parent.flatMap(AnnotatedTenant::of)
                .orElseThrow(() -> new ExtensionConfigurationException("@AsTenant on " + context.getDisplayName()
                        + " names no organization, and there is none further out; write @AsTenant(\"acme\")"));
    }

    /** By the argument of an annotated parameter, or empty if none is annotated. */
    static Optional<Tenant> ofArgument(ReflectiveInvocationContext<Method> method) {
        Parameter[] parameters = method.getExecutable().getParameters();
        for (int i = 0; i < parameters.length; i++) {
            AsTenant annotation = parameters[i].getAnnotation(AsTenant.class);
            if (annotation != null) {
                return Optional.of(tenant(annotation, method.getArguments().get(i)));
            }
        }
        return Optional.empty();
    }

    /** Whether the test will work for a tenant that nobody can tell before JUnit invokes its method. */
    static boolean isToldByUnknownArgument(ExtensionContext test) {
        return Stream.of(test.getRequiredTestMethod().getParameters())
                        .anyMatch(parameter -> parameter.isAnnotationPresent(AsTenant.class))
                && ofKnownArgument(test).isEmpty();
    }

    private static Optional<Tenant> ofKnownArgument(ExtensionContext context) {
        return KnownArguments.of(context).stream()
                .findFirst()
                .map(argument -> tenant(argument.annotation(), argument.value()));
    }

    private static Tenant tenant(AsTenant annotation, Object argument) {
        Tenant tenant = tenantOf(argument);
        return annotation.user().isEmpty() ? tenant : tenant.withUser(Tenants.user(annotation.user()));
    }

    private static Tenant tenantOf(Object argument) {
        if (argument instanceof Tenant tenant) {
            return tenant;
        }
        if (argument instanceof UUID id) {
            return Tenant.of(id);
        }
        if (argument instanceof String nameOrId) {
            return Tenants.named(nameOrId);
        }
        throw new ExtensionConfigurationException(
                "The argument of a parameter with @AsTenant has to be a Tenant, a UUID, or a"
                        + " String with a name or an id, and is "
                        + (argument == null
                                ? "null"
                                : "a " + argument.getClass().getName()));
    }
}
