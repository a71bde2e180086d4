package io.tenantdatasource.spring.task;

import io.tenantdatasource.TenantSource;
import io.tenantdatasource.spring.CurrentTenant;
import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.Ordered;

/** Where {@link ForEachTenant} stands, and what it does there. Throws, and so stops the start, where it stands in vain. */
final class ForEachTenantAdvisor extends DefaultPointcutAdvisor implements SmartInitializingSingleton {

    private static final long serialVersionUID = 1L;

    private final transient ObjectProvider<TenantSource> sources;
    private final transient Methods methods;

    ForEachTenantAdvisor(ObjectProvider<TenantSource> sources, ObjectProvider<CurrentTenant> current) {
        this(sources, current, new Methods());
    }

    private ForEachTenantAdvisor(
            ObjectProvider<TenantSource> sources, ObjectProvider<CurrentTenant> current, Methods methods) {
        super(methods, new ForEachTenantInterceptor(sources::getObject, current::getIfAvailable));
        this.sources = sources;
        this.methods = methods;
        // Before Spring's own that keeps the invocation on its thread for advice of AspectJ's, as other threads need
        // theirs.
        setOrder(Ordered.HIGHEST_PRECEDENCE);
    }

    @Override
    public void afterSingletonsInstantiated() {
        methods.found.stream().findFirst().ifPresent(this::requireOneSource);
    }

    private void requireOneSource(Method method) {
        try {
            if (sources.getIfAvailable() != null) {
                return;
            }
        } catch (NoUniqueBeanDefinitionException e) {
            throw new MisconfigurationException(
                    "@ForEachTenant at " + method
                            + " needs to know all tenants, but several TenantSource beans do, and none of"
                            + " them is primary: " + e.getBeanNamesFound() + ".",
                    "Leave one, or mark the one to ask as @Primary.");
        }
        throw new MisconfigurationException(
                "@ForEachTenant at " + method + " needs to know all tenants, but there is no TenantSource bean.",
                "Declare one, such as TenantSource.from(maintenance, \"select id from organizations order by id\"), whose data"
                        + " source sees all organizations.");
    }

    private static final class Methods extends StaticMethodMatcherPointcut {

        private final Set<Method> found = ConcurrentHashMap.newKeySet();

        Methods() {
            setClassFilter(type -> !EachTenantMethods.of(type).all().isEmpty());
        }

        @Override
        public boolean matches(Method method, Class<?> targetClass) {
            boolean matches = EachTenantMethods.of(targetClass)
                    .annotationOf(method, targetClass)
                    .isPresent();
            if (matches) {
                found.add(method);
            }
            return matches;
        }
    }
}
