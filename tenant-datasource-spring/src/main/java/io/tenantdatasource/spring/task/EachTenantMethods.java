package io.tenantdatasource.spring.task;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** The methods of a class that are annotated with {@link ForEachTenant}, wherever the annotation stands. */
final class EachTenantMethods {

    private static final ClassValue<EachTenantMethods> KNOWN = new ClassValue<>() {
        @Override
        protected EachTenantMethods computeValue(Class<?> type) {
            return new EachTenantMethods(type);
        }
    };

    private static final int NEVER_ADVISED = Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL;

    private final Map<Method, ForEachTenant> annotations = new HashMap<>();

    private EachTenantMethods(Class<?> type) {
        if (!AnnotationUtils.isCandidateClass(type, ForEachTenant.class)) {
            return;
        }
        ReflectionUtils.doWithMethods(type, declaration -> add(declaration, type));
        for (Class<?> implemented : ClassUtils.getAllInterfacesForClassAsSet(type)) {
            ReflectionUtils.doWithMethods(implemented, declaration -> add(declaration, type));
        }
    }

    static EachTenantMethods of(Class<?> type) {
        return KNOWN.get(ClassUtils.getUserClass(type));
    }

    Collection<Method> all() {
        return annotations.keySet();
    }

    Optional<ForEachTenant> annotationOf(Method called, Class<?> type) {
        return annotations.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(annotations.get(AopUtils.getMostSpecificMethod(called, type)));
    }

    private void add(Method declaration, Class<?> type) {
        ForEachTenant annotation = AnnotatedElementUtils.getMergedAnnotation(declaration, ForEachTenant.class);
        if (annotation != null) {
            Method method = AopUtils.getMostSpecificMethod(declaration, type);
            requireThatItWorks(method, declaration, annotation);
            annotations.putIfAbsent(method, annotation);
        }
    }

    private static void requireThatItWorks(Method method, Method declaration, ForEachTenant annotation) {
        if ((method.getModifiers() & NEVER_ADVISED) != 0) {
            throw refused(
                    method,
                    "has no effect, as no call of a private, static or final method is noticed: use it at a method"
                            + " that is open");
        }
        if (method.getReturnType() != void.class) {
            throw refused(method, "runs it several times, and has nothing to return: make it void");
        }
        if (!TenantParameter.annotatedIn(declaration).isEmpty()
                || !TenantParameter.annotatedIn(method).isEmpty()) {
            throw refused(method, "runs it for each tenant, and @ForTenant for one: leave one of them out");
        }
        if (annotation.parallelism() < 1) {
            throw refused(
                    method, "has a parallelism of " + annotation.parallelism() + ": let at least one run at a time");
        }
    }

    private static IllegalStateException refused(Method method, String why) {
        return new IllegalStateException("@ForEachTenant at " + method + " " + why);
    }
}
