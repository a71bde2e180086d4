package io.tenantdatasource.spring.web;

import java.security.Principal;

/** Whom Spring Security has authenticated for the running thread. Names none of its classes, which may not be there. */
@FunctionalInterface
interface AuthenticatedUser {

    /** Returns the authentication, or null if it is nobody's. */
    Principal get();
}
