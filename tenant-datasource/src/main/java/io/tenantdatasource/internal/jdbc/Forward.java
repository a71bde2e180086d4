package io.tenantdatasource.internal.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Calls an object of the pool or the driver. */
public final class Forward {

    private Forward() {}

    /**
     * Calls it; what it throws comes out as it is.
     *
     * @param target the object
     * @param method its method
     * @param args its arguments, or null
     * @return its result
     * @throws Throwable what it throws
     */
    public static Object to(Object target, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
