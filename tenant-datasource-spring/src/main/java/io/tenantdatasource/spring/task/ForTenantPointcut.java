package io.tenantdatasource.spring.task;

import java.lang.reflect.Method;
import org.springframework.aop.support.StaticMethodMatcherPointcut;

/** Where {@link ForTenant} stands. Throws, and so stops the bean, where it stands wrongly. */
final class ForTenantPointcut extends StaticMethodMatcherPointcut {

    ForTenantPointcut() {
        setClassFilter(type -> !TenantMethods.of(type).isEmpty());
    }

    @Override
    public boolean matches(Method method, Class<?> targetClass) {
        return TenantMethods.of(targetClass).parameterOf(method, targetClass).isPresent();
    }
}
