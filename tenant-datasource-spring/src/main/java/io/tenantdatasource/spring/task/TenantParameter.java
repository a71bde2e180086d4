package io.tenantdatasource.spring.task;

import io.tenantdatasource.Tenant;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** The parameter of a method that tells for whom it runs. */
record TenantParameter(Method method, int index) {

    private static final List<Class<?>> TYPES = List.of(Tenant.class, UUID.class, String.class);

    private static final int NEVER_ADVISED = Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL;

    TenantParameter {
        if (!TYPES.contains(method.getParameterTypes()[index])) {
            throw refused(method, "a " + method.getParameterTypes()[index].getName());
        }
        if ((method.getModifiers() & NEVER_ADVISED) != 0) {
            throw withoutEffect(method);
        }
    }

    /** The indexes of all parameters that are annotated where {@code declaration} stands. */
    static List<Integer> annotatedIn(Executable declaration) {
        Parameter[] parameters = declaration.getParameters();
        return IntStream.range(0, parameters.length)
                .filter(i -> parameters[i].isAnnotationPresent(ForTenant.class))
                .boxed()
                .toList();
    }

    static IllegalStateException withoutEffect(Executable declaration) {
        return new IllegalStateException("@ForTenant has no effect in " + declaration
                + ", as no call of a constructor, or of a private, static or final method, is noticed: use it at a method that"
                + " is open, or TenantContext.run(tenant, task)");
    }

    static IllegalStateException refused(Method method, String what) {
        return new IllegalStateException("@ForTenant in " + method + " is at " + what
                + ": annotate one parameter, a Tenant, or a UUID or String that is the organization's id");
    }

    Tenant tenantOf(Object[] arguments) {
        Object argument = arguments[index];
        if (argument == null) {
            throw new IllegalArgumentException("The @ForTenant parameter of " + method
                    + " is null, so there is nobody to run it for; it did not run");
        }
        if (argument instanceof Tenant tenant) {
            return tenant;
        }
        return argument instanceof UUID organization ? Tenant.of(organization) : Tenant.of((String) argument);
    }
}
