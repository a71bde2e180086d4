package io.tenantdatasource.spring.task;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** The methods of a class that have a parameter annotated with {@link ForTenant}, wherever the annotation stands. */
final class TenantMethods {

    private static final ClassValue<TenantMethods> KNOWN = new ClassValue<>() {
        @Override
        protected TenantMethods computeValue(Class<?> type) {
            return new TenantMethods(type);
        }
    };

    private final Map<Method, TenantParameter> parameters = new HashMap<>();

    private TenantMethods(Class<?> type) {
        if (!AnnotationUtils.isCandidateClass(type, ForTenant.class)) {
            return;
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (!TenantParameter.annotatedIn(constructor).isEmpty()) {
                throw TenantParameter.withoutEffect(constructor);
            }
        }
        ReflectionUtils.doWithMethods(type, declaration -> add(declaration, type));
        for (Class<?> implemented : ClassUtils.getAllInterfacesForClassAsSet(type)) {
            ReflectionUtils.doWithMethods(implemented, declaration -> add(declaration, type));
        }
    }

    static TenantMethods of(Class<?> type) {
        return KNOWN.get(ClassUtils.getUserClass(type));
    }

    boolean isEmpty() {
        return parameters.isEmpty();
    }

    Optional<TenantParameter> parameterOf(Method called, Class<?> type) {
        return parameters.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(parameters.get(AopUtils.getMostSpecificMethod(called, type)));
    }

    private void add(Method declaration, Class<?> type) {
        List<Integer> annotated = TenantParameter.annotatedIn(declaration);
        for (int index : annotated) {
            Method method = AopUtils.getMostSpecificMethod(declaration, type);
            TenantParameter parameter = new TenantParameter(method, index);
            TenantParameter other = parameters.putIfAbsent(method, parameter);
            if (other != null && !other.equals(parameter)) {
                throw TenantParameter.refused(method, "two parameters");
            }
        }
    }
}
