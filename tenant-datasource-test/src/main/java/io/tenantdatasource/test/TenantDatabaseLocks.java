package io.tenantdatasource.test;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** One lock for each class with a database, so that nothing else runs while one of its tests does, and other classes may. */
final class TenantDatabaseLocks implements ResourceLocksProvider {

    @Override
    public Set<Lock> provideForClass(Class<?> testClass) {
        String owner = SpringTests.isOne(testClass)
                ? SpringTests.request(testClass).orElseThrow().toString()
                : testClass.getName();
        return Set.of(new Lock(TenantDatabase.class.getName() + " of " + owner));
    }

    @Override
    public Set<Lock> provideForNestedClass(List<Class<?>> enclosing, Class<?> testClass) {
        return AnnotationSupport.isAnnotated(testClass, TenantDatabase.class) ? provideForClass(testClass) : Set.of();
    }
}
